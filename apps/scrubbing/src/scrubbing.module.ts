import { type DynamicModule, Module } from '@nestjs/common';
import { openBus, openInHandJournal } from '@sluice/bus';
import { openKeys } from '@sluice/crypto';
import { openDatabase } from '@sluice/database';
import { busOptions, doorCalls, type Host, stageModule, watchClock } from '@sluice/service';
import { openStore, proveStore, secretShelf, STORE_CALLS } from '@sluice/store';
import type { ScrubbingSettings } from './config.js';
import { loadServiceProfile } from './profile-file/load-profile.js';
import { openSecondEngine } from './residual/second-engine.js';
import { openLedger } from './ledger/ledger.js';
import { SCRUBBING_MIGRATIONS } from './ledger/tables.js';
import { countVerdicts } from './numbers.js';
import { openPixelTools } from './pixels/open-pixel-tools.js';
import { scrubbingStage } from './stage.js';

/** Settings -> doors -> use case. */
@Module({})
export class ScrubbingModule {
  static async open(settings: ScrubbingSettings, host: Host): Promise<DynamicModule> {
    const profile = await loadServiceProfile(settings.SCRUBBING_PROFILE);
    const pixels = openPixelTools({
      threads: settings.SCRUBBING_OCR_THREADS,
      timeoutSeconds: settings.SCRUBBING_OCR_SECONDS,
    });
    host.onClose(() => pixels.close());
    const database = host.door('database', await openDatabase(settings.DATABASE_URL));
    await database.migrate('scrubbing', SCRUBBING_MIGRATIONS);
    const store = host.door('store', await openStore(settings.STORE_URL), STORE_CALLS);
    await proveStore(store);
    const onCall = doorCalls(host.metrics);
    const keys = host.door(
      'keys',
      await openKeys(settings.KEYS_URL, { shelf: secretShelf(store), database, onCall }),
    );
    const bus = host.door('bus', await openBus(settings.BUS_URL, busOptions('scrubbing', settings)), [
      'publish',
    ]);
    watchClock(host.metrics, 'database', () => database.skewMs());
    await bus.ensureTopics({ groups: ['scrubbing'], tenants: [] });
    const journal = await openInHandJournal(database, 'scrubbing');
    host.onClose(() => journal.close());
    const secondEngine = openSecondEngine();
    host.onClose(() => secondEngine.close());
    const ledger = openLedger(database);
    const doors = { store, keys, ledger, profile, pixels, secondEngine };
    const stage = scrubbingStage(doors, countVerdicts(host.metrics));
    return {
      module: ScrubbingModule,
      imports: [stageModule({ host, bus, stage, journal, concurrency: settings.SCRUBBING_CONCURRENCY })],
    };
  }
}
