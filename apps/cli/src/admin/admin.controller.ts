import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AdminDoor } from './serve-words.js';

/** `POST /admin/v1/run` with `{"words": ["status", "--json"]}`; the answer is lines of `line.ts`. */
@Controller('admin/v1')
export class AdminController {
  constructor(@Inject(AdminDoor) private readonly door: AdminDoor) {}

  @Post('run')
  run(@Req() request: IncomingMessage, @Res() response: ServerResponse): Promise<void> {
    return this.door.serve(request, response);
  }
}
