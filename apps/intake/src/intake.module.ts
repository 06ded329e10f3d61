import { type DynamicModule, Module } from '@nestjs/common';
import { policyEvent } from '@sluice/audit';
import { openBus } from '@sluice/bus';
import { openKeys } from '@sluice/crypto';
import { announce, busOptions, doorCalls, type Host, watchClock } from '@sluice/service';
import { openStore, proveStore, secretShelf, STORE_CALLS } from '@sluice/store';
import type { IntakeSettings } from './config.js';
import { BatchClosing } from './batches/batch-closing.js';
import { openDimseDoor } from './dimse/open-dimse-door.js';
import { countRefusals, countTaken } from './numbers.js';
import { readPeers } from './peers.js';
import type { IntakeDoors } from './receive-instance.js';
import { Refusals } from './admission/refusals.js';
import { STOW_OPTIONS, StowController, type StowOptions } from './stow/stow.controller.js';
import { Turns } from './admission/turns.js';
import { createWatermark } from './admission/watermark.js';

/** The longest STOW-RS request, waiting for the sender only; as long as a data set may take by DIMSE. */
const BODY_TOTAL_MS = 3_600_000;

/** Settings -> doors -> the two doors for senders. */
@Module({})
export class IntakeModule {
  static async open(settings: IntakeSettings, host: Host): Promise<DynamicModule> {
    const peers = readPeers(settings.PEERS);
    const store = host.door('store', await openStore(settings.STORE_URL), STORE_CALLS);
    await proveStore(store);
    const onCall = doorCalls(host.metrics);
    const keys = host.door('keys', await openKeys(settings.KEYS_URL, { shelf: secretShelf(store), onCall }));
    const bus = host.door('bus', await openBus(settings.BUS_URL, busOptions('intake', settings)), [
      'publish',
    ]);
    watchClock(host.metrics, 'store', () => store.skewMs());
    await bus.ensureTopics({ groups: [], tenants: [...new Set(peers.map((peer) => peer.tenant))] });
    const doors: IntakeDoors = {
      store,
      keys,
      watermark: createWatermark(store, { usage: settings.INTAKE_WATERMARK }),
      turns: new Turns({ inFlight: settings.INTAKE_IN_FLIGHT, waitMs: settings.INTAKE_WAIT_MS }),
      pace: { minBytesPerSecond: settings.INTAKE_MIN_BYTES_PER_SECOND },
      publish: (events) => announce(host, bus, events),
      taken: countTaken(host.metrics),
    };
    await doors.publish([policyEvent({ room: 'intake', setting: 'PEERS', text: settings.PEERS })]);
    const refusals = new Refusals({
      publish: doors.publish,
      log: host.log,
      count: countRefusals(host.metrics),
    });
    const closing = new BatchClosing(doors, host.log);
    host.onClose(() => refusals.close());
    host.onClose(() => closing.settled());
    await openDimseDoor({ doors, peers, refusals, closing, host }, settings);
    const bodyLimits = { idleMs: settings.STOW_IDLE_MS, totalMs: BODY_TOTAL_MS };
    const stow: StowOptions = { doors, peers, refusals, closing, bodyLimits, fatal: host.fatal };
    return {
      module: IntakeModule,
      controllers: [StowController],
      providers: [{ provide: STOW_OPTIONS, useValue: stow }],
    };
  }
}
