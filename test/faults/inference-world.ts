import { setTimeout as sleep } from 'node:timers/promises';
import { archivalTables } from '@sluice/archival/doors';
import { openBus } from '@sluice/bus';
import { type EventData, TOPICS } from '@sluice/contracts';
import { openDatabase, type Database } from '@sluice/database';
import type { InferenceTables } from '@sluice/inference/rows/tables';
import { tinyFolder, type TinyFolder } from '@sluice/inference/testing/tiny-folder';
import { phantomStudy, type PhantomInstance } from '@sluice/samples';
import { expect, vi } from 'vitest';
import { realDoors, startInstallation, type Installation } from '../installation/installation.js';
import { pushLikeAModality } from './push-like-a-modality.js';

export const INSTANCES = 6;
/** SEG, SR, capture, finding, picture. */
const RESULTS = 5;
const LEASE_MS = 3_000;
/** Faster, more than is worked on meanwhile would be pushed. */
const BETWEEN_STUDIES_MS = 1_000;
const MOST_STUDIES = 40;
const PATIENT = { timeout: 180_000, interval: 100 };

/** An installation with inference, each service its own process on real doors, and eyes on its rows. */
export class InferenceWorld {
  #studies = 0;

  private constructor(
    readonly installation: Installation,
    readonly tiny: TinyFolder,
    private readonly database: Database,
  ) {}

  static async open(): Promise<InferenceWorld> {
    const tiny = await tinyFolder({}, { modality: 'CT', bodyPart: 'CHEST' });
    const doors = await realDoors();
    const installation = await startInstallation({ doors, inference: settingsOf(tiny) });
    return new InferenceWorld(installation, tiny, await openDatabase(doors['DATABASE_URL']!));
  }

  async close(): Promise<void> {
    await this.database.close();
    await this.installation.stop();
    await this.tiny.remove();
  }

  /** Pushes a study that the model was made for, as a modality does; who got success. */
  async push(): Promise<readonly PhantomInstance[]> {
    this.#studies += 1;
    const study = phantomStudy({
      ...{ seed: 600 + this.#studies, modality: 'CT', instances: INSTANCES, rows: 64, columns: 64 },
      plant: () => [[0x00180015, 'CS', 'CHEST']],
    });
    const { acknowledged } = await pushLikeAModality(this.installation.dimsePort, [...study]);
    expect(acknowledged.size).toBe(INSTANCES);
    return [...acknowledged];
  }

  /** Pushes study after study, one at least before `work` begins and one after it has ended. */
  async pushDuring(work: () => Promise<void>): Promise<readonly PhantomInstance[]> {
    const pushed = [...(await this.push())];
    let working = true;
    const worked = work().finally(() => (working = false));
    while (working && this.#studies < MOST_STUDIES) {
      await sleep(BETWEEN_STUDIES_MS);
      pushed.push(...(await this.push()));
    }
    await worked;
    return [...pushed, ...(await this.push())];
  }

  /** Waits until the corridor has heard of every series with all that belongs to it; then, of each, what was said last: verdict, instances, results. */
  async saidOfSeries(): Promise<readonly string[]> {
    const topic = TOPICS.find(({ type }) => type === 'series.inferred.v1')!.name;
    const bus = await openBus(this.installation.doors['BUS_URL']!, { clientId: 'reader' });
    const group = 'reader-of-series';
    await bus.ensureTopics({ groups: [group], tenants: [] });
    const last = new Map<string, EventData<'series.inferred.v1'>>();
    const listener = await bus.consume({
      ...{ group, topics: [topic] },
      handler: ({ data }) => {
        const said = data as EventData<'series.inferred.v1'>;
        if (said.version >= (last.get(said.seriesKey)?.version ?? 0)) last.set(said.seriesKey, said);
        return Promise.resolve([]);
      },
    });
    const words = () =>
      [...last.values()].map((one) => `${one.verdict} ${one.counts.clean} ${one.resultsTotal}`);
    try {
      await vi.waitFor(() => expect(words()).toEqual(this.everySeries), PATIENT).catch(() => undefined);
      return words();
    } finally {
      await listener.drain();
      await bus.close();
    }
  }

  /** What `saidOfSeries` comes to when every series has one result, of all its instances. */
  get everySeries(): readonly string[] {
    return Array.from({ length: this.#studies }, () => `answered ${INSTANCES} ${INSTANCES * RESULTS}`);
  }

  /** Waits until a batch is before the model: pictures wait behind it, which they do for nothing else (INFERENCE_DELAY_MS is 0). */
  async inHand(): Promise<void> {
    await vi.waitFor(async () => expect(await this.#waitingPictures()).toBeGreaterThan(0), PATIENT);
  }

  async #waitingPictures(): Promise<number> {
    const page = await fetch(`http://127.0.0.1:${this.installation.inference!.httpPort}/metrics`);
    const line = /^\w*inference_waiting_pictures\{[^}]*dispatch="routine"[^}]*\} (\d+)$/m.exec(
      await page.text(),
    );
    return Number(line?.[1] ?? 0);
  }

  /** Objects of which a process ended, or a model's process, while they were in hand. */
  async suspects(): Promise<number> {
    const rows = await this.database
      .tables<InferenceTables>()
      .selectFrom('inference_jobs')
      .select('object_id')
      .where('deaths', '>', 0)
      .execute();
    return rows.length;
  }

  /** Waits until every object that was pushed is answered and each of its results archived; then reckons. */
  async reckon(): Promise<{ answers: Readonly<Record<string, number>>; results: number; doubled: number }> {
    const objects = this.#studies * INSTANCES;
    const index = archivalTables(this.database);
    const results = () =>
      index.selectFrom('archival_objects').select('name').where('kind', '=', 'result').execute();
    await vi.waitFor(async () => expect(await results()).toHaveLength(objects * RESULTS), PATIENT);
    const rows = await this.database
      .tables<InferenceTables>()
      .selectFrom('inference_answers')
      .selectAll()
      .execute();
    const verdicts = rows.map(({ answer }) => (JSON.parse(answer) as { verdict: string }).verdict);
    const names = (await results()).map(({ name }) => name);
    return {
      answers: Object.fromEntries(
        [...new Set(verdicts)].map((one) => [one, verdicts.filter((v) => v === one).length]),
      ),
      results: names.length,
      doubled: names.length - new Set(names).size,
    };
  }

  /** What `reckon` comes to when nothing was lost, doubled or given up. */
  get everything(): Awaited<ReturnType<InferenceWorld['reckon']>> {
    const objects = this.#studies * INSTANCES;
    return { answers: { answered: objects }, results: objects * RESULTS, doubled: 0 };
  }
}

function settingsOf(tiny: TinyFolder): Record<string, string> {
  const settings = Object.entries(tiny.settings).map(([name, value]) => [name, String(value)]);
  return {
    ...(Object.fromEntries(settings) as Record<string, string>),
    INFERENCE_QUIET_MS: '500',
    INFERENCE_ROUND_MS: '100',
    INFERENCE_LEASE_MS: String(LEASE_MS),
  };
}
