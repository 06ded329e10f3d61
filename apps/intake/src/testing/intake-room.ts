import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Bus, openBus } from '@sluice/bus';
import {
  type AuditRecord,
  type EventType,
  type ObjectRef,
  type SluiceEvent,
  type StagingPurpose,
  TOPICS,
} from '@sluice/contracts';
import { type Keys, openKeys } from '@sluice/crypto';
import { type PeerAddress, sendInstances, type InstanceToSend, type SendResult } from '@sluice/dicom';
import type { Door, Host } from '@sluice/service';
import { captureLog, startForTest } from '@sluice/service/testing';
import { openStore, secretShelf, type Store } from '@sluice/store';
import { httpsOf, IntakeSettings, RENEWED_SETTINGS } from '../config.js';
import { IntakeModule } from '../intake.module.js';

/** `test-token`'s SHA-256. */
export const TOKEN_SHA256 = '4c5dc9b7708905f77f5e5d16316b5dfb425e68cb326dcd55a860e90a7707031e';
export const PEER = { name: 'ct-1', tenant: 't1', aeTitle: 'CT1', tokenSha256: TOKEN_SHA256 };

export interface RoomOptions {
  readonly peers?: readonly object[];
  readonly settings?: Readonly<Record<string, string>>;
}

/** Intake as it runs, on embedded doors in a folder of its own, and a reader of what it leaves there. */
export class IntakeRoom {
  readonly events: SluiceEvent[] = [];
  private stopping: Promise<void> | undefined;

  private constructor(
    readonly folder: string,
    readonly lines: readonly string[],
    /** Intake's own doors, to break them. */
    readonly doors: ReadonlyMap<string, Door>,
    readonly ports: { readonly http: number; readonly https: number | undefined },
    private readonly stopIntake: () => Promise<void>,
    readonly reader: { readonly store: Store; readonly keys: Keys; readonly bus: Bus },
  ) {}

  static async open({ peers = [PEER], settings = {} }: RoomOptions = {}): Promise<IntakeRoom> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-intake-'));
    const place = {
      BUS_URL: `embedded:${folder}/bus`,
      STORE_URL: `file:${folder}/store`,
      KEYS_URL: `local:${folder}/keys`,
    };
    const own = {
      PEERS: JSON.stringify(peers),
      DIMSE_HOST: '127.0.0.1',
      DIMSE_PORT: '0',
      DIMSE_TLS_PORT: '0',
    };
    const environment = {
      ...place,
      ...own,
      HTTPS_PORT: '0',
      INTAKE_WATERMARK: '1',
      LOG_LEVEL: 'debug',
      ...settings,
    };
    const log = captureLog();
    const doors = new Map<string, Door>();
    const module = (read: IntakeSettings, host: Host) => IntakeModule.open(read, watched(host, doors));
    const running = await startForTest(
      'intake',
      { settings: IntakeSettings, module, https: httpsOf, renews: RENEWED_SETTINGS },
      { environment, logTo: log, lookEveryMs: 20 },
    );
    const store = await openStore(place.STORE_URL);
    const keys = await openKeys(place.KEYS_URL, { shelf: secretShelf(store) });
    const bus = await openBus(place.BUS_URL, {});
    const ports = { http: running.port, https: running.httpsPort };
    const room = new IntakeRoom(folder, log.lines, doors, ports, running.stop, { store, keys, bus });
    await room.listen();
    return room;
  }

  private async listen(): Promise<void> {
    await this.reader.bus.consume({
      group: 'observer',
      topics: TOPICS.filter(({ from }) => from === 'intake').map(({ name }) => name),
      handler: async (event) => {
        this.events.push(event);
        return Promise.resolve([]);
      },
    });
  }

  /** Port of the plain DIMSE listener, or of the one over TLS. */
  dimsePort(which: 'plain' | 'tls' = 'plain'): number {
    const ports = this.lines
      .map((line) => JSON.parse(line) as { msg: string; port: number })
      .filter(({ msg }) => msg === 'listening for associations')
      .map(({ port }) => port);
    return ports[which === 'plain' ? 0 : 1] ?? 0;
  }

  get stowUrl(): string {
    return `http://127.0.0.1:${this.ports.http}/dicomweb/studies`;
  }

  /** Sends over one association; the results in order. */
  async send(instances: readonly InstanceToSend[], more: Partial<PeerAddress> = {}): Promise<SendResult[]> {
    const results: SendResult[] = [];
    const peer = { host: '127.0.0.1', port: this.dimsePort(), callingAE: 'CT1', calledAE: 'SLUICE', ...more };
    await sendInstances(peer, instances, (_instance, result) => void results.push(result));
    return results;
  }

  ofType<T extends EventType>(type: T): SluiceEvent<T>[] {
    return this.events.filter((event) => event.type === type) as SluiceEvent<T>[];
  }

  /** Waits until at least `count` events of a type are there. */
  async awaitEvents<T extends EventType>(type: T, count = 1): Promise<SluiceEvent<T>[]> {
    await until(() => this.ofType(type).length >= count);
    return this.ofType(type);
  }

  /** What the audit trail was told of refusals, at least `count`. */
  async awaitRefusals(count = 1): Promise<AuditRecord[]> {
    await until(() => this.refusals().length >= count);
    return this.refusals();
  }

  refusals(): AuditRecord[] {
    return this.ofType('audit.recorded.v1')
      .map(({ data }) => data)
      .filter(({ action }) => action === 'refuse');
  }

  /** An object, opened. */
  async open(ref: ObjectRef, purpose: StagingPurpose): Promise<Buffer> {
    const chunks: Buffer[] = [];
    const sealed = await this.reader.store.get(ref);
    for await (const chunk of this.reader.keys.staging('t1', purpose).open(sealed)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async stagedRaw(): Promise<string[]> {
    const names: string[] = [];
    for await (const { name } of this.reader.store.list('staging/t1/raw/')) names.push(name);
    return names;
  }

  /** Stops intake; what it left can still be read. */
  stop(): Promise<void> {
    return (this.stopping ??= this.stopIntake());
  }

  async close(): Promise<void> {
    await this.stop();
    const { bus, keys, store } = this.reader;
    await bus.close();
    await keys.close();
    await store.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Waits until something holds, at most 10 s. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('waited 10 s in vain');
    await pause(10);
  }
}

function watched(host: Host, doors: Map<string, Door>): Host {
  return {
    ...host,
    door: (name, door) => {
      doors.set(name, door);
      return host.door(name, door);
    },
  };
}
