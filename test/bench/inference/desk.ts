import { createHash } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bus, openBus } from '@sluice/bus';
import { type EventData, objectNames, type SluiceEvent } from '@sluice/contracts';
import { sampleReceived } from '@sluice/contracts/testing';
import { type Keys, openKeys } from '@sluice/crypto';
import { phantomUltrasound } from '@sluice/samples';
import { completeEvent, eventOf } from '@sluice/service';
import { openStore, secretShelf, type Store } from '@sluice/store';
import { freePort } from '../../installation/free-port.ts';
import { ServiceProcess } from '../../installation/service-process.ts';
import { shippedModel } from '../../installation/shipped-model.ts';
import { doorsIn } from '../../score/run/doors.ts';

/** One object that was answered; times in milliseconds since 1970. */
export interface Answered {
  readonly objectId: string;
  readonly queuedAt: number;
  readonly saidAt: number;
}

/** What is put on the desk. */
export interface Pile {
  readonly count: number;
  /** Marked so by its sender. */
  readonly urgent?: boolean;
  /** All in one series; else each in its own. */
  readonly together?: boolean;
}

/** How long a series must be quiet before its objects are worked on. */
export const QUIET_MS = 200;
const NAMES = ['BUS_URL', 'STORE_URL', 'KEYS_URL', 'DATABASE_URL'];
const PATIENCE_MS = 300_000;
/** Every look reads the table on the cores that are measured; the times are those in its rows. */
const LOOK_MS = 100;
const OUTCOME = '0123456789abcdef';
const PUBLISHED_AT_ONCE = 100;

interface Doors {
  readonly store: Store;
  readonly keys: Keys;
  readonly bus: Bus;
}

/** Inference as a process of its own with the shipped model, on embedded doors, and who puts clean objects before it. */
export class Desk {
  #staged = 0;
  readonly #objects = phantomUltrasound({ seed: 9, instances: 4 }).map(({ part10 }) => part10);

  readonly service: ServiceProcess;
  readonly #doors: Doors;
  readonly #rows: DatabaseSync;

  private constructor(service: ServiceProcess, doors: Doors, rows: DatabaseSync) {
    [this.service, this.#doors, this.#rows] = [service, doors, rows];
  }

  static async open(place: string, settings: Readonly<Record<string, string>>): Promise<Desk> {
    const folder = await mkdtemp(join(place, 'inference-'));
    const urls = doorsIn(folder);
    const [busUrl, storeUrl, keysUrl, databaseUrl] = NAMES.map((name) => urls[name] ?? '');
    const store = await openStore(storeUrl!);
    const keys = await openKeys(keysUrl!, { shelf: secretShelf(store) });
    const bus = await openBus(busUrl!, { clientId: 'bench' });
    await bus.ensureTopics({ groups: [], tenants: [] });
    const service = new ServiceProcess('inference', {
      httpPort: await freePort(),
      logFile: join(folder, 'inference.log'),
      environment: {
        ...{ ...urls, ...shippedModel({ alone: true }), TMPDIR: folder, LOG_LEVEL: 'warn' },
        ...{ INFERENCE_QUIET_MS: String(QUIET_MS), INFERENCE_ROUND_MS: '50', ...settings },
      },
    });
    service.spawn();
    await service.ready(60_000);
    const file = databaseUrl!.slice('sqlite:'.length);
    return new Desk(service, { store, keys, bus }, new DatabaseSync(file, { readOnly: true }));
  }

  /** Stages clean objects and says so; the time at which that was durable, by object. */
  async put(pile: Pile): Promise<ReadonlyMap<string, number>> {
    const said = new Map<string, number>();
    for (let left = pile.count; left > 0; left -= PUBLISHED_AT_ONCE) {
      const some = await this.#stageAll({ ...pile, count: Math.min(left, PUBLISHED_AT_ONCE) });
      await this.#doors.bus.publish(some.flatMap(({ events }) => events));
      const now = Date.now();
      for (const { objectId } of some) said.set(objectId, now);
    }
    return said;
  }

  async #stageAll({ count, urgent = false, together = false }: Pile) {
    const first = this.#staged + 1;
    const staged: { objectId: string; events: SluiceEvent[] }[] = [];
    for (let at = 0; at < count; at += 1) {
      this.#staged += 1;
      const { seriesKey } = sampleReceived(together ? first : this.#staged);
      const received = {
        ...sampleReceived(this.#staged),
        seriesKey,
        priority: urgent ? 'high' : 'medium',
      } as const;
      staged.push(await this.#stage(received));
    }
    return staged;
  }

  async #stage(received: EventData<'instance.received.v1'>) {
    const object = this.#objects[this.#staged % this.#objects.length]!;
    const { tenant, instanceKey, contentKey } = received;
    const sealed = this.#doors.keys.staging(tenant, 'staging-clean').seal(once(object));
    const { ref: clean } = await this.#doors.store.put(objectNames.stagedClean(received, OUTCOME), sealed);
    const scrubbed = {
      ...received,
      clean,
      cleanDigest: createHash('sha256').update(object).digest('hex'),
      cleanSizeBytes: object.length,
      outcome: OUTCOME,
      profile: { name: 'basic', digest: 'b'.repeat(64) },
      codeVersion: '1',
      counts: { removed: 1, replaced: 2, kept: 3 },
      deid: { sopInstanceUID: '2.25.1', seriesInstanceUID: '2.25.2', studyInstanceUID: '2.25.3' },
    };
    const events = [
      completeEvent(
        'intake',
        eventOf('instance.received.v1', { id: `received-${this.#staged}`, data: received }),
      ),
      completeEvent(
        'scrubbing',
        eventOf('instance.scrubbed.v1', { id: `scrubbed-${this.#staged}`, data: scrubbed }),
      ),
    ];
    return { objectId: `${instanceKey}/${contentKey}-${OUTCOME}`, events };
  }

  /** Waits until so many jobs are in the table. */
  async queued(count: number): Promise<void> {
    await this.#until(
      `${count} jobs`,
      () => this.#count('select count(*) as n from inference_jobs') >= count,
    );
  }

  /** Waits until these objects are answered; all that are by then, in the order in which they were. */
  async answered(objectIds: Iterable<string>): Promise<Answered[]> {
    const wanted = new Set(objectIds);
    const found = () => this.#answers().filter(({ objectId }) => wanted.has(objectId)).length;
    await this.#until(`${wanted.size} answers`, () => found() >= wanted.size);
    return this.#answers();
  }

  #answers(): Answered[] {
    const rows = this.#rows
      .prepare(
        'select object_id, queued_at, said_at from inference_jobs where said_at is not null order by said_at',
      )
      .all() as { object_id: string; queued_at: number; said_at: number }[];
    return rows.map((row) => ({ objectId: row.object_id, queuedAt: row.queued_at, saidAt: row.said_at }));
  }

  /** Answers by verdict: a bench of failures is none. */
  verdicts(): readonly string[] {
    const rows = this.#rows.prepare('select answer from inference_answers').all() as { answer: string }[];
    return [...new Set(rows.map(({ answer }) => (JSON.parse(answer) as { verdict: string }).verdict))];
  }

  #count(statement: string): number {
    return (this.#rows.prepare(statement).get() as { n: number }).n;
  }

  async #until(what: string, isThere: () => boolean): Promise<void> {
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(LOOK_MS))
      if (isThere()) return;
    throw new Error(`no ${what} after ${PATIENCE_MS} ms: ${await this.service.tail()}`);
  }

  async close(): Promise<void> {
    this.#rows.close();
    await this.service.end('SIGKILL');
    for (const door of [this.#doors.bus, this.#doors.keys, this.#doors.store]) await door.close();
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
