import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { archivalTables } from '@sluice/archival/doors';
import { openDatabase } from '@sluice/database';
import { phantomUltrasound } from '@sluice/samples';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runTool } from '../installation/foreign-tool.js';
import { LOCAL_PEER, realDoors, startInstallation, type Installation } from '../installation/installation.js';
import { shippedModel } from '../installation/shipped-model.js';
import { sluice } from '../installation/sluice-command.js';
import { storeScu } from './store-scu.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

const UNIT = process.env['SLUICE_TEST_UNIT'] === '1';
/** The shipped model, `breast-us`, with its second opinion: it finds what is drawn here: it never saw a generated picture. */
const STUDY = phantomUltrasound({ seed: 5, instances: 3 });
const KINDS = ['capture', 'finding', 'picture', 'seg', 'sr'];

let folder: string;
let installation: Installation;

beforeAll(async () => {
  if (UNIT) return;
  folder = await mkdtemp(join(tmpdir(), 'sluice-inferred-'));
  installation = await startInstallation({
    doors: await realDoors(),
    peers: [{ ...LOCAL_PEER, aeTitle: 'STORESCU' }],
    inference: { ...shippedModel(), INFERENCE_QUIET_MS: '1000', INFERENCE_ROUND_MS: '200' },
  });
});
afterAll(async () => {
  await installation?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

interface Exported {
  readonly instanceKey: string;
  readonly file: string;
}

async function exported(kind: 'clean' | 'result'): Promise<Exported[]> {
  const words = ['export', '--all', '--kind', kind, '--out', join(folder, kind), '--json'];
  const { code, values, stderr } = await sluice(words, { folder, environment: installation.doors });
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return values.map(({ instanceKey, file }) => ({ instanceKey: String(instanceKey), file: String(file) }));
}

const kindOf = (file: string): string => /-([a-z]+)\.(dcm|json|png)$/.exec(basename(file))?.[1] ?? '';
const ofKind = (files: readonly Exported[], kind: string) =>
  files.filter(({ file }) => kindOf(file) === kind);

/** Which instance of the study an exported clean object is. */
async function numberOf({ file }: Exported): Promise<number> {
  const { stdout } = await runTool('dcmdump', ['+P', 'InstanceNumber', file]);
  return Number(/\[(\d+)/.exec(stdout)?.[1]);
}

describe.skipIf(UNIT)(
  'point 2 of "done when": a phantom study pushed by C-STORE, each service its own process',
  () => {
    let clean: Exported[];
    let results: Exported[];

    it('ends with five results of each picture in the archive', async () => {
      await mkdir(join(folder, 'files'));
      for (const { part10, sopInstanceUID } of STUDY) {
        const file = join(folder, 'files', `${sopInstanceUID}.dcm`);
        await writeFile(file, part10);
        const peer = ['-aet', 'STORESCU', '127.0.0.1', String(installation.dimsePort)];
        expect(await storeScu(file, peer)).toMatchObject({ outcome: 'success' });
      }
      await archived(STUDY.length * KINDS.length);
      [clean, results] = [await exported('clean'), await exported('result')];
      expect(clean).toHaveLength(STUDY.length);
      for (const { instanceKey } of clean)
        expect(
          results
            .filter((result) => result.instanceKey === instanceKey)
            .map(({ file }) => kindOf(file))
            .sort(),
        ).toEqual(KINDS);
    });

    it('of which SEG, SR and capture pass dciodvfy without an error, and open in DCMTK', async () => {
      for (const { file } of results.filter((result) => result.file.endsWith('.dcm'))) {
        const { stdout, stderr } = await runTool('dciodvfy', [file]);
        const errors = `${stdout}\n${stderr}`.split('\n').filter((line) => line.startsWith('Error'));
        expect({ kind: kindOf(file), errors }).toEqual({ kind: kindOf(file), errors: [] });
        expect((await runTool('dcmdump', [file])).code).toBe(0);
      }
      for (const { file } of ofKind(results, 'sr')) expect((await runTool('dsrdump', [file])).code).toBe(0);
      for (const { file } of ofKind(results, 'seg')) {
        const { stdout } = await runTool('dcmdump', [
          '+P',
          'SOPClassUID',
          '+P',
          'ReferencedSOPInstanceUID',
          file,
        ]);
        expect(stdout).toContain('=SegmentationStorage');
      }
    });

    it('tells the long axis of each lesion in millimetres, within 5 % of what was drawn', async () => {
      const found = new Map<number, number>();
      for (const object of clean) {
        const [report] = ofKind(results, 'sr').filter((result) => result.instanceKey === object.instanceKey);
        const { stdout } = await runTool('dsrdump', [report!.file]);
        const axes = [...stdout.matchAll(/"Long Axis"\)="([\d.]+)" \(mm,/g)].map(([, value]) =>
          Number(value),
        );
        expect(axes).toHaveLength(1);
        found.set(await numberOf(object), axes[0]!);
      }
      const errors = STUDY.map(({ longAxisMm }, at) => (found.get(at + 1) ?? 0) / longAxisMm - 1);
      console.log(`long axis, error: ${errors.map((error) => `${(100 * error).toFixed(1)} %`).join(', ')}`);
      for (const error of errors) expect(Math.abs(error)).toBeLessThan(0.05);
    });

    it('tells what the second opinion makes of each, and whether both agree', async () => {
      for (const { file } of ofKind(results, 'finding')) {
        const { frames } = JSON.parse(await readFile(file, 'utf8')) as {
          frames: { secondOpinion?: { agreement: string; classes: object[] } }[];
        };
        expect(frames[0]?.secondOpinion?.agreement).toMatch(/^(agrees|disagrees)$/);
        expect(frames[0]?.secondOpinion?.classes).toHaveLength(2);
      }
      for (const { file } of ofKind(results, 'sr'))
        expect((await runTool('dsrdump', ['+Pl', file])).stdout).toContain('Second opinion of breast-us-svm');
    });

    it('and nothing of whom it was drawn for', async () => {
      for (const { file } of results) {
        const bytes = await readFile(file);
        for (const { sopInstanceUID, studyInstanceUID } of STUDY)
          for (const word of ['Quillwater', 'QW-', 'Millrace', sopInstanceUID, studyInstanceUID])
            expect(bytes.includes(word)).toBe(false);
      }
    });
  },
);

/** Waits until so many results are archived. */
async function archived(count: number): Promise<void> {
  const database = await openDatabase(installation.doors['DATABASE_URL']!);
  const index = archivalTables(database);
  await vi.waitFor(
    async () => {
      const rows = await index
        .selectFrom('archival_objects')
        .select('name')
        .where('kind', '=', 'result')
        .execute();
      expect(rows).toHaveLength(count);
    },
    { timeout: 240_000, interval: 500 },
  );
  await database.close();
}
