import { type DynamicModule, Module } from '@nestjs/common';
import { type Audit, openAudit } from '@sluice/audit';
import { type Database, openDatabase } from '@sluice/database';
import type { Host } from '@sluice/service';
import { AdminController } from './admin.controller.js';
import type { AdminSettings } from './config.js';
import { AdminDoor } from './serve-words.js';

/** What is left of the grace period when the last commands are cut: enough to close the doors. */
const CLOSING_MS = 5_000;

/** Settings -> audit trail -> the admin door. Its commands open their doors when they run. */
@Module({})
export class AdminModule {
  static async open(settings: AdminSettings, host: Host): Promise<DynamicModule> {
    const database = host.door('database', await openDatabase(settings.DATABASE_URL, { guest: true }));
    const audit = openWhenThere(database);
    host.health.add('admin-door.audit', audit);
    const door = new AdminDoor(settings.ADMIN_PEOPLE, { audit, log: host.log, metrics: host.metrics });
    host.onRenewed(['ADMIN_PEOPLE'], ({ ADMIN_PEOPLE = '' }) => door.renewPeople(ADMIN_PEOPLE));
    host.onDrain(() => door.drain(Math.max(0, settings.SHUTDOWN_GRACE_MS - CLOSING_MS)));
    return {
      module: AdminModule,
      controllers: [AdminController],
      providers: [{ provide: AdminDoor, useValue: door }],
    };
  }
}

/** The trail's tables are archival's, which may start later than the door: until then it is not ready, and runs nothing. */
function openWhenThere(database: Database): () => Promise<Audit> {
  let opened: Promise<Audit> | undefined;
  return () => {
    opened ??= openAudit(database);
    opened.catch(() => (opened = undefined));
    return opened;
  };
}
