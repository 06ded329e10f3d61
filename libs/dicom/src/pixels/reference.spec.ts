import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { gather, inChunks } from '../part10/part10-fixture.js';
import { createCodecs } from './codecs/codec-pool.js';
import type { Codec } from './codecs/codec.types.js';
import { decodeFrame } from './frames/decode-frame.js';
import { readFrames } from './frames/read-frames.js';
import { maskPart10 } from './mask/mask-part10.js';
import { storedValues } from './render/stored-values.js';

/** Other people's decoders: each turns a file of its codec into a native one, colours left as they are coded. */
const TOOLS: Partial<Record<Codec, readonly string[]>> = {
  jpeg: ['dcmdjpeg', '+cn'],
  'jpeg-ls': ['dcmdjpls'],
  rle: ['dcmdrle'],
  'jpeg-2000': ['gdcmconv', '--raw'],
};
const installed = (tool: string) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, tool)));
const tools = [...new Set(Object.values(TOOLS).map(([tool]) => tool as string))];
const absent = tools.filter((tool) => !installed(tool));
const folder = join(import.meta.dirname, '../../../../../shared/dicom');
const missing = !existsSync(folder);
const reason = missing
  ? 'the sample folder ../shared/dicom is not here'
  : `not installed: ${absent.join(', ')}`;
const skipped = missing || absent.length > 0;

/** Larger files say no more, and take most of the time. */
const LARGEST_BYTES = 1024 * 1024;

const codecs = createCodecs();
const work = mkdtempSync(join(tmpdir(), 'sluice-pixels-'));
afterAll(async () => {
  await codecs.close();
  rmSync(work, { recursive: true });
});

interface Decoded {
  readonly codec: Codec;
  readonly frames: readonly ArrayLike<number>[];
}

async function decoded(file: Buffer): Promise<Decoded | undefined> {
  const frames: ArrayLike<number>[] = [];
  let codec: Codec | undefined;
  for await (const frame of readFrames(inChunks(file))) {
    codec = frame.description.syntax.codec;
    frames.push(storedValues(await decodeFrame(frame, codecs)));
  }
  return codec && { codec, frames };
}

/** The same file as another tool decodes it; undefined where it cannot. */
async function byTool(file: Buffer, codec: Codec): Promise<Decoded | undefined> {
  const [tool, ...flags] = TOOLS[codec] ?? [];
  if (!tool) return undefined;
  const [from, to] = [join(work, 'from.dcm'), join(work, 'to.dcm')];
  writeFileSync(from, file);
  rmSync(to, { force: true });
  await promisify(execFile)(tool, [...flags, from, to], { timeout: 60_000 }).catch(() => undefined);
  return existsSync(to) ? decoded(readFileSync(to)) : undefined;
}

function differences(ours: Decoded, theirs: Decoded): number {
  expect(theirs.frames.length).toBe(ours.frames.length);
  let most = 0;
  ours.frames.forEach((frame, index) => {
    const other = theirs.frames[index] as ArrayLike<number>;
    expect(other.length).toBe(frame.length);
    for (let at = 0; at < frame.length; at += 1)
      most = Math.max(most, Math.abs((frame[at] as number) - (other[at] as number)));
  });
  return most;
}

describe.skipIf(skipped)(`other decoders${skipped ? ` (skipped: ${reason})` : ''}`, () => {
  const compared = new Map<Codec, number>();

  it('see the same pixels in real files, before and after masking', async () => {
    const unlike: string[] = [];
    for (const name of readdirSync(folder).filter((each) => each.endsWith('.dcm'))) {
      const file = readFileSync(join(folder, name));
      if (file.length > LARGEST_BYTES) continue;
      const before = await decoded(file).catch(() => undefined);
      if (!before) continue;
      const rectangles = () => [{ x: 1, y: 1, width: 9, height: 3 }];
      const masked = await gather(maskPart10(inChunks(file), { codecs, rectangles })).catch(() => undefined);
      for (const [kind, bytes] of [
        ['before', file],
        ['after', masked],
      ] as const) {
        const ours = bytes && (kind === 'before' ? before : await decoded(bytes));
        const theirs = ours && (await byTool(bytes, ours.codec));
        if (!ours || !theirs) continue;
        compared.set(ours.codec, (compared.get(ours.codec) ?? 0) + 1);
        const most = differences(ours, theirs);
        if (most > 0) unlike.push(`${name} ${kind}: ${most}`);
      }
    }
    expect(unlike).toEqual([]);
    expect([...compared.keys()].sort()).toEqual(Object.keys(TOOLS).sort());
  }, 240_000);
});
