import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import dcmjs from 'dcmjs';
import { describe, expect, it } from 'vitest';
import { isSluiceError } from '@sluice/contracts';
import { padOf } from '../data-set/encoding.js';
import { pickAttributes } from '../attributes/pick-attributes.js';
import type { ElementView, RewritePlan } from '../data-set/rewrite.types.js';
import { gather, inChunks } from './part10-fixture.js';
import { readElements, rewritePart10 } from './rewrite-part10.js';
import { splitPart10 } from './split-part10.js';

const folder = join(import.meta.dirname, '../../../../../shared/dicom');
const missing = !existsSync(folder);
const why = missing ? ' (skipped: the sample folder ../shared/dicom is not here)' : '';
const keepAll: RewritePlan = { decide: () => ({ do: 'keep' }) };

function filesIn(path: string): string[] {
  if (missing) return ['none'];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile() && (entry.name.endsWith('.dcm') || entry.name === 'DICOMDIR'))
    .map((entry) => entry.name);
}

/** Every element but group lengths, as text; odd values as the rewriter pads them. */
async function listOf(file: Buffer): Promise<string[]> {
  const lines: string[] = [];
  const line = ({ tag, vr, path, value, charset, privateCreator }: ElementView): string => {
    const where = path.map((step) => `${step.tag.toString(16)}[${step.item}]`).join('/');
    const text = value === undefined ? '' : evened(value, padOf(vr)).toString('hex');
    return [where, tag.toString(16), vr, charset.join('\\'), privateCreator ?? '', text].join('|');
  };
  await readElements(inChunks(file), (view) => lines.push(line(view)));
  return lines;
}

describe.skipIf(missing)(`real files${why}`, () => {
  it.each(filesIn(folder))('%s is rewritten to the same elements, and picked from', async (name) => {
    const file = readFileSync(join(folder, name));
    const out = await gather(rewritePart10(inChunks(file, 10_007), keepAll));
    expect(await listOf(out)).toEqual(await listOf(file));
    expect((await gather(rewritePart10(inChunks(out), keepAll))).equals(out)).toBe(true);
    const { meta, dataSet } = await splitPart10(inChunks(file));
    const bytes = await gather(dataSet);
    const picked = await pickAttributes(inChunks(bytes, 999), {
      transferSyntaxUID: meta.transferSyntaxUID,
      tags: [0x00080018, 0x0020000d],
    });
    expect((await gather(picked.replay)).equals(bytes)).toBe(true);
  });

  it('are rewritten to what a second reader finds equal', async () => {
    dcmjs.log.setLevel('silent');
    dcmjs.log.getLogger('validation.dcmjs').setLevel('silent');
    const reader = (bytes: Buffer): unknown =>
      dcmjs.data.DicomMessage.readFile(new Uint8Array(bytes).buffer).dict;
    let compared = 0;
    for (const name of filesIn(folder)) {
      const file = readFileSync(join(folder, name));
      const out = await gather(rewritePart10(inChunks(file), keepAll));
      let before: unknown;
      try {
        before = withoutGroupLengths(reader(file));
      } catch {
        continue;
      }
      expect(withoutGroupLengths(reader(out)), name).toEqual(before);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(90);
  }, 120_000);
});

describe.skipIf(missing)(`malformed files${why}`, () => {
  it.each(filesIn(join(folder, 'malformed')))('%s is read or refused with a code', async (name) => {
    const file = readFileSync(join(folder, 'malformed', name));
    const result = await gather(rewritePart10(inChunks(file), keepAll)).catch((error: unknown) => error);
    if (Buffer.isBuffer(result)) return expect(await listOf(result)).toEqual(await listOf(file));
    expect(isSluiceError(result) && result.code).toMatch(/^DICOM_/);
  });
});

function withoutGroupLengths(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => {
      if (/^[0-9A-F]{4}0000$/.test(key) || key === '_rawValue') return undefined;
      return inner instanceof ArrayBuffer
        ? evened(Buffer.from(inner), Buffer.alloc(1)).toString('base64')
        : inner;
    }),
  );
}

function evened(value: Buffer, pad: Buffer): Buffer {
  return value.length % 2 ? Buffer.concat([value, pad]) : value;
}
