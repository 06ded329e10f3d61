import { type DynamicModule, Module } from '@nestjs/common';
import { openBus, openInHandJournal } from '@sluice/bus';
import { openKeys } from '@sluice/crypto';
import { openDatabase } from '@sluice/database';
import { busOptions, doorCalls, type Host, stageModule, watchClock } from '@sluice/service';
import { openStore, proveStore, secretShelf, STORE_CALLS } from '@sluice/store';
import type { EncryptionSettings } from './config.js';
import { encryptionStage } from './stage.js';

/** Settings -> doors -> use case. */
@Module({})
export class EncryptionModule {
  static async open(settings: EncryptionSettings, host: Host): Promise<DynamicModule> {
    const database = host.door('database', await openDatabase(settings.DATABASE_URL));
    const store = host.door('store', await openStore(settings.STORE_URL), STORE_CALLS);
    await proveStore(store);
    const onCall = doorCalls(host.metrics);
    const keys = host.door(
      'keys',
      await openKeys(settings.KEYS_URL, { shelf: secretShelf(store), database, onCall }),
    );
    const bus = host.door('bus', await openBus(settings.BUS_URL, busOptions('encryption', settings)), [
      'publish',
    ]);
    watchClock(host.metrics, 'database', () => database.skewMs());
    await bus.ensureTopics({ groups: ['encryption'], tenants: [] });
    const journal = await openInHandJournal(database, 'encryption');
    host.onClose(() => journal.close());
    const stage = encryptionStage({ store, keys });
    return {
      module: EncryptionModule,
      imports: [stageModule({ host, bus, stage, journal, concurrency: settings.ENCRYPTION_CONCURRENCY })],
    };
  }
}
