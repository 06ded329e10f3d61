import { archivalTables } from '@sluice/archival/doors';
import { sendInstances } from '@sluice/dicom';
import { openDatabase, type Database } from '@sluice/database';
import type { InferenceTables } from '@sluice/inference/rows/tables';
import { tinyFolder, type TinyFolder } from '@sluice/inference/testing/tiny-folder';
import { phantomStudy } from '@sluice/samples';
import { expect, vi } from 'vitest';
import { realDoors, startInstallation, type Installation } from '../installation/installation.js';

export const INSTANCES = 6;
/** SEG, SR, capture, finding, picture. */
const RESULTS = 5;
const LEASE_MS = 3_000;
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

  /** Pushes a study that the model was made for. */
  async push(): Promise<void> {
    this.#studies += 1;
    const study = phantomStudy({
      ...{ seed: 600 + this.#studies, modality: 'CT', instances: INSTANCES, rows: 64, columns: 64 },
      plant: () => [[0x00180015, 'CS', 'CHEST']],
    });
    const peer = {
      host: '127.0.0.1',
      port: this.installation.dimsePort,
      callingAE: 'LOCAL',
      calledAE: 'SLUICE',
    };
    const answers: string[] = [];
    const instances = Array.from(study, ({ dataSet, part10: _part10, ...uids }) => ({
      ...uids,
      dataSet: () => once(dataSet),
    }));
    await sendInstances(peer, instances, (_, answer) => void answers.push(JSON.stringify(answer)));
    expect(answers).toHaveLength(INSTANCES);
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

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
