import { type DynamicModule, Module } from '@nestjs/common';
import { openBus } from '@sluice/bus';
import { SluiceError } from '@sluice/contracts';
import { openKeys } from '@sluice/crypto';
import { announce, busOptions, type Host } from '@sluice/service';
import { openStore, secretShelf } from '@sluice/store';
import type { IntakeSettings } from './config.js';
import { openDimseDoor } from './dimse/open-dimse-door.js';
import { PeerTable, type Peer } from './peers.js';
import type { IntakeDoors } from './receive-instance.js';
import { Refusals } from './refusals.js';
import { STOW_OPTIONS, StowController } from './stow/stow.controller.js';
import { createWatermark } from './watermark.js';

/** Settings -> doors -> the two doors for senders. */
@Module({})
export class IntakeModule {
  static async open(settings: IntakeSettings, host: Host): Promise<DynamicModule> {
    const peers = readPeers(settings.PEERS);
    const store = host.door('store', await openStore(settings.STORE_URL));
    const keys = host.door('keys', await openKeys(settings.KEYS_URL, { shelf: secretShelf(store) }));
    const bus = host.door('bus', await openBus(settings.BUS_URL, busOptions('intake', settings)));
    await bus.ensureTopics({ groups: [], tenants: [...new Set(peers.map((peer) => peer.tenant))] });
    const watermark = createWatermark(store, {
      usage: settings.INTAKE_WATERMARK,
      inFlight: settings.INTAKE_IN_FLIGHT,
    });
    const doors: IntakeDoors = { store, keys, watermark, publish: (events) => announce(host, bus, events) };
    const refusals = new Refusals(doors);
    host.onClose(() => refusals.close());
    await openDimseDoor({ doors, peers, refusals, host }, settings);
    return {
      module: IntakeModule,
      controllers: [StowController],
      providers: [{ provide: STOW_OPTIONS, useValue: { doors, peers, refusals } }],
    };
  }
}

/** @throws SluiceError SERVICE_CONFIG_INVALID, naming fields and never values */
export function readPeers(text: string): readonly Peer[] {
  const parsed = PeerTable.safeParse(parse(text));
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.slice(0, 10).map((issue) => issue.path.join('.') || issue.message);
  throw new SluiceError('SERVICE_CONFIG_INVALID', { detail: `PEERS: ${fields.join(', ')}` });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SluiceError('SERVICE_CONFIG_INVALID', { detail: 'PEERS: not JSON' });
  }
}
