import { type DynamicModule, Module } from '@nestjs/common';
import { openAudit } from '@sluice/audit';
import { openBus, openInHandJournal } from '@sluice/bus';
import { openKeys } from '@sluice/crypto';
import { openDatabase } from '@sluice/database';
import { busOptions, doorCalls, type Host, stageModule, watchClock } from '@sluice/service';
import { openStore, proveStore, secretShelf, STORE_CALLS } from '@sluice/store';
import type { ArchivalSettings } from './config.js';
import { archivalTables } from './doors.js';
import { archivalStage } from './stage.js';
import { startSweep } from './sweep/sweep.js';
import { ARCHIVAL_MIGRATIONS } from './rows/tables.js';

/** Settings -> doors -> use cases. */
@Module({})
export class ArchivalModule {
  static async open(settings: ArchivalSettings, host: Host): Promise<DynamicModule> {
    const database = host.door('database', await openDatabase(settings.DATABASE_URL));
    await database.migrate('archival', ARCHIVAL_MIGRATIONS);
    const store = host.door('store', await openStore(settings.STORE_URL), STORE_CALLS);
    await proveStore(store);
    const onCall = doorCalls(host.metrics);
    const keys = host.door(
      'keys',
      await openKeys(settings.KEYS_URL, { shelf: secretShelf(store), database, onCall }),
    );
    const bus = host.door('bus', await openBus(settings.BUS_URL, busOptions('archival', settings)), [
      'publish',
    ]);
    watchClock(host.metrics, 'database', () => database.skewMs());
    await bus.ensureTopics({ groups: ['archival'], tenants: [] });
    const audit = await openAudit(database);
    const journal = await openInHandJournal(database, 'archival');
    host.onClose(() => journal.close());
    const awaitsInference = settings.ARCHIVAL_AWAITS_INFERENCE;
    const doors = { store, keys, tables: archivalTables(database), awaitsInference };
    const sweep = startSweep({ ...doors, bus, host }, settings);
    host.onDrain(() => sweep.stop());
    const stage = archivalStage(doors, { audit, bus });
    return {
      module: ArchivalModule,
      imports: [stageModule({ host, bus, stage, journal, concurrency: settings.ARCHIVAL_CONCURRENCY })],
    };
  }
}
