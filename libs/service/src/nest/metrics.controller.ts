import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import type { Host } from '../host.js';
import { HOST } from './host-token.js';

/** The page that Prometheus reads. */
@Controller('metrics')
export class MetricsController {
  constructor(@Inject(HOST) private readonly host: Host) {}

  @Get()
  async page(@Res() response: ServerResponse): Promise<void> {
    const { contentType, body } = await this.host.metrics.page();
    response.writeHead(200, { 'content-type': contentType }).end(body);
  }
}
