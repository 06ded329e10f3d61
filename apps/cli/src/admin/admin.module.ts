import { type DynamicModule, Module } from '@nestjs/common';
import { openAudit } from '@sluice/audit';
import { openDatabase } from '@sluice/database';
import type { Host } from '@sluice/service';
import { AdminController } from './admin.controller.js';
import type { AdminSettings } from './config.js';
import { AdminDoor } from './serve-words.js';

/** Settings -> audit trail -> the admin door. Its commands open their doors when they run. */
@Module({})
export class AdminModule {
  static async open(settings: AdminSettings, host: Host): Promise<DynamicModule> {
    const database = host.door('database', await openDatabase(settings.DATABASE_URL));
    const door = new AdminDoor(settings.ADMIN_PEOPLE, await openAudit(database), host.metrics);
    return {
      module: AdminModule,
      controllers: [AdminController],
      providers: [{ provide: AdminDoor, useValue: door }],
    };
  }
}
