import { randomUUID } from 'node:crypto';
import { type DynamicModule, Module } from '@nestjs/common';
import { type Bus, openBus, openInHandJournal } from '@sluice/bus';
import { SluiceError } from '@sluice/contracts';
import { openKeys } from '@sluice/crypto';
import { type Database, openDatabase } from '@sluice/database';
import { createCodecs } from '@sluice/dicom';
import { busOptions, doorCalls, type Host, stageModule, watchClock } from '@sluice/service';
import { openStore, proveStore, secretShelf, STORE_CALLS } from '@sluice/store';
import type { InferenceSettings } from './config.js';
import { type InferDoors } from './infer-object.js';
import { type LoadedModel, openModels, wantedModels } from './model/open-models.js';
import { watchBatches, watchQueues, watchReplacements } from './numbers.js';
import { INFERENCE_MIGRATIONS } from './rows/tables.js';
import { startWork } from './start-work.js';
import type { ServedModel } from './v2/served-model.js';
import { SERVED_MODELS, V2Controller } from './v2/v2.controller.js';

/** Settings -> models and doors -> use cases. */
@Module({})
export class InferenceModule {
  static async open(settings: InferenceSettings, host: Host): Promise<DynamicModule> {
    // With none an object would be done without an answer, and that no event can say.
    if (wantedModels(settings.INFERENCE_MODELS).length === 0)
      throw new SluiceError('SERVICE_CONFIG_INVALID', { detail: 'INFERENCE_MODELS: names no model' });
    const models = await openModels(settings, {
      onBatch: watchBatches(host.metrics),
      onReplaced: watchReplacements(host.metrics),
      onUnreported: (error) => host.log.error('what a model did could not be counted', error),
    });
    for (const model of models) host.door(model.identity.name, model.runner);
    const database = host.door('database', await openDatabase(settings.DATABASE_URL));
    await database.migrate('inference', INFERENCE_MIGRATIONS);
    const store = host.door('store', await openStore(settings.STORE_URL), STORE_CALLS);
    await proveStore(store);
    const onCall = doorCalls(host.metrics);
    const keys = host.door(
      'keys',
      await openKeys(settings.KEYS_URL, { shelf: secretShelf(store), database, onCall }),
    );
    const bus = host.door('bus', await openBus(settings.BUS_URL, busOptions('inference', settings)), [
      'publish',
    ]);
    watchClock(host.metrics, 'database', () => database.skewMs());
    await bus.ensureTopics({ groups: ['inference'], tenants: [] });
    const codecs = createCodecs();
    host.onClose(() => codecs.close());
    const stage = work({ host, bus, database }, { store, keys, codecs, models }, settings);
    const journal = await openInHandJournal(database, 'inference');
    host.onClose(() => journal.close());
    return {
      module: InferenceModule,
      imports: [stageModule({ host, bus, stage, journal, concurrency: settings.INFERENCE_CONCURRENCY })],
      ...door(models, settings.INFERENCE_SERVE_V2),
    };
  }
}

/** Starts crew and rounds; returns the stage that fills their rows. */
function work(
  room: { host: Host; bus: Bus; database: Database },
  doors: InferDoors,
  settings: InferenceSettings,
): ReturnType<typeof startWork>['stage'] {
  const working = startWork(room, doors, {
    owner: randomUUID(),
    slots: settings.INFERENCE_BATCH * settings.INFERENCE_PROCESSES * 2,
    leaseMs: settings.INFERENCE_LEASE_MS,
    quietMs: settings.INFERENCE_QUIET_MS,
    roundMs: settings.INFERENCE_ROUND_MS,
    mostWaiting: settings.INFERENCE_MOST_WAITING,
  });
  watchQueues(room.host.metrics, { jobs: working.jobs, models: doors.models });
  room.host.onDrain(() => working.stop());
  return working.stage;
}

/** The protocol's door, where it is asked for. */
function door(
  models: readonly LoadedModel[],
  isOpen: boolean,
): Pick<DynamicModule, 'controllers' | 'providers'> {
  if (!isOpen) return {};
  const served = models.map(({ identity, ...model }): ServedModel => ({ ...identity, ...model }));
  return { controllers: [V2Controller], providers: [{ provide: SERVED_MODELS, useValue: served }] };
}
