import { createHash } from 'node:crypto';
import { openRelease, type StudyRelease } from '@sluice/archival/release/open-release';
import type { ObjectRow } from '@sluice/archival/rows/tables';
import { checkRelease, refusalOf } from '@sluice/cli/release/check-release';
import { type ReleaseProof, ReleaseProofV1 } from '@sluice/contracts';
import { readPublicKey } from '@sluice/crypto';
import { phantomStudy, type SampleDataSet, us } from '@sluice/samples';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { plantedFrame } from '../ocr/planted-frame.js';
import { Pipeline } from './pipeline.js';

vi.setConfig({ testTimeout: 60_000 });

/** A CT of four slices, and its last two as a series of their own. */
const CT = [...phantomStudy({ seed: 31, modality: 'CT', instances: 4, rows: 16, columns: 16 })];
const late: SampleDataSet = [[0x0020000e, 'UI', '2.25.4711']];
const LATE = [
  ...phantomStudy({ seed: 31, modality: 'CT', instances: 4, rows: 16, columns: 16, plant: () => late }),
].slice(2);
const IDENTIFIERS = ['Quillwater', 'QW-', 'Millrace', CT[0]!.studyInstanceUID, CT[0]!.sopInstanceUID];

let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await Pipeline.start();
});
afterEach(() => pipeline.remove());

/** The proofs of the newest manifest, as soon as it has so many: how many manifests it takes is for the machine to say. */
async function released(notes: number): Promise<StudyRelease> {
  const { store, keys, index: tables } = pipeline;
  return vi.waitFor(
    async () => {
      const study = await tables.selectFrom('archival_studies').selectAll().executeTakeFirstOrThrow();
      const proofs = await openRelease({ store, keys, tables }, study);
      expect(proofs.size).toBe(notes);
      return proofs;
    },
    { timeout: 50_000, interval: 100 },
  );
}

/** As a stranger checks it: the note file as JSON, the object's bytes, and the public key as PEM. */
async function refusal(proof: ReleaseProof | undefined, row: ObjectRow): Promise<string | undefined> {
  const bytes = await pipeline.open(row);
  const object = { sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length };
  const key = readPublicKey((await pipeline.keys.releaseKey()).pem);
  return refusalOf(checkRelease(ReleaseProofV1.parse(JSON.parse(JSON.stringify(proof))), object, key));
}

describe('what a study releases', () => {
  it('is proven object by object, and each by its own note alone', async () => {
    await pipeline.push(CT.slice(0, 3));
    const [proofs, rows] = [await released(3), await pipeline.objects('clean')];
    for (const row of rows) expect(await refusal(proofs.get(row.name), row)).toBeUndefined();
    expect(await refusal(proofs.get(rows[0]!.name), rows[1]!)).toBe('CLI_OBJECT_CHANGED');
  });

  it('is told in notes without the person, and without any time', async () => {
    await pipeline.push(CT.slice(0, 1));
    const text = JSON.stringify([...(await released(1)).values()]);
    expect(IDENTIFIERS.filter((word) => text.includes(word))).toEqual([]);
    // Neither a date of this century nor seconds or milliseconds since 1970.
    expect(text.match(/(?<![\w.])(?:20\d\d-?\d\d-?\d\d|1\d{9}|1\d{12})(?![\w.])/)).toBeNull();
  });

  it('has another root when a series comes late: both versions go on to hold', async () => {
    await pipeline.push(CT.slice(0, 2));
    const [before, rows] = [await released(2), await pipeline.objects('clean')];
    await pipeline.push(LATE);
    const [after, all] = [await released(4), await pipeline.objects('clean')];
    for (const row of rows) {
      expect(await refusal(before.get(row.name), row)).toBeUndefined();
      expect(after.get(row.name)?.note).toEqual(before.get(row.name)?.note);
    }
    for (const row of all) expect(await refusal(after.get(row.name), row)).toBeUndefined();
    const roots = [before, after].map((proofs) => [...proofs.values()][0]!.signed.root);
    const [first, second] = roots.map((root) => root.version) as [number, number];
    expect(second).toBeGreaterThan(first);
    expect(roots[0]!.root).not.toBe(roots[1]!.root);
    const said = await pipeline.said('study.archived.v1', second);
    const manifestOf = (version: number) =>
      said.find((event) => event.data.version === version)?.data.manifest.digest;
    expect([first, second].map(manifestOf)).toEqual(roots.map((root) => root.manifest));
  });

  it('says where pixels were read, and which engines looked for the person in what came out', async () => {
    await pipeline.push(phantomStudy({ seed: 32, modality: 'US', instances: 1, rows: 16, columns: 16 }));
    const [proof] = [...(await released(1)).values()];
    expect(proof?.note.pixels).toEqual({ verdict: 'looked-at', by: 'engine', masks: [], unlistedMasks: 0 });
    expect(proof?.note.residual).toEqual({ verdict: 'passed', engines: ['bytes', 'dcmjs', 'ocr'] });
  });

  it('says what was blanked and where, of the object as it went out', async () => {
    const { picture, planted } = await plantedFrame(28, 8);
    const { width: columns, height: rows } = picture;
    const pixels = Buffer.alloc(2 * picture.data.length);
    for (const [at, grey] of picture.data.entries()) pixels.writeUInt16LE(grey << 4, 2 * at);
    const [sample] = [...phantomStudy({ seed: 34, modality: 'US', instances: 1, rows, columns })];
    const dataSet = Buffer.concat([sample!.dataSet.subarray(0, -pixels.length), pixels]);
    await pipeline.push([{ ...sample!, dataSet }]);
    const [proofs, [row]] = [await released(1), await pipeline.objects('clean')];
    const { verdict, masks, unlistedMasks } = proofs.get(row!.name)!.note.pixels;
    expect([verdict, masks.length, unlistedMasks]).toEqual(['masked', 1, 0]);
    expect([masks[0]?.firstFrame, masks[0]?.lastFrame]).toEqual([1, 1]);
    const covered = planted.filter(({ box }) =>
      masks[0]?.rectangles.some(
        ({ x, y, width, height }) =>
          x <= box.x + 20 && x + width >= box.x + 40 && y <= box.y + 20 && y + height >= box.y + 20,
      ),
    );
    expect(covered).toHaveLength(planted.length);
    const kept = (await pipeline.open(row!)).subarray(-pixels.length);
    for (const { x, y, width, height } of masks[0]!.rectangles)
      for (let line = y; line < y + height; line += 1) {
        const start = 2 * (line * columns + x);
        expect(kept.subarray(start, start + 2 * width).every((byte) => byte === 0)).toBe(true);
      }
    expect(await refusal(proofs.get(row!.name), row!)).toBeUndefined();
  });

  it('is nothing where all of it is held: the manifest is signed, without a note', async () => {
    const plant = (): SampleDataSet => [[0x00280101, 'US', us(17)]];
    await pipeline.push(
      phantomStudy({ seed: 33, modality: 'US', instances: 1, rows: 16, columns: 16, plant }),
    );
    const [study] = await pipeline.archived();
    expect(study?.quarantined).toEqual({ SCRUBBING_PIXELS_UNPROVEN: 1 });
    expect((await released(0)).size).toBe(0);
    expect(await pipeline.names('archive/t1/release/')).not.toEqual([]);
  });
});
