import { type DynamicModule, Module } from '@nestjs/common';
import type { Host } from '@sluice/service';
import { AdminController } from './admin.controller.js';
import type { AdminSettings } from './config.js';
import { AdminDoor } from './serve-words.js';

/** Settings -> the admin door. Its commands open their doors when they run. */
@Module({})
export class AdminModule {
  static open(settings: AdminSettings, host: Host): DynamicModule {
    return {
      module: AdminModule,
      controllers: [AdminController],
      providers: [{ provide: AdminDoor, useValue: new AdminDoor(settings, host) }],
    };
  }
}
