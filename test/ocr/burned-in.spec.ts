import { createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeFrame, type Picture, readFrames, type Rectangle, toGrey8 } from '@sluice/dicom';
import { openPixelTools } from '@sluice/scrubbing/pixels/open-pixel-tools';
import { loadProfile } from '@sluice/scrubbing/profile-file/load-profile';
import { uidOf } from '@sluice/scrubbing/profile/uid-map';
import { scrubObject } from '@sluice/scrubbing/scrub-object';
import { afterAll, describe, expect, it } from 'vitest';
import { pictureObject } from './picture-object.js';

/** Text in images of the shared set: file, frames, box, text, class, what must become of it. */
const FOLDER = join(import.meta.dirname, '../../../shared/dicom');
const LIST = join(FOLDER, 'BURNED-IN.tsv');
const there = existsSync(LIST);
const missing = there ? '' : ' (skipped: ../shared/dicom/BURNED-IN.tsv is not here)';

interface Burned {
  readonly file: string;
  readonly box: Rectangle;
  readonly text: string;
  readonly expected: 'mask' | 'keep' | 'optional';
}

const tools = openPixelTools({ threads: 1, timeoutSeconds: 600 });
afterAll(() => tools.close());

function burned(): Burned[] {
  const lines = readFileSync(LIST, 'utf8').trim().split('\n');
  return lines
    .filter((line) => !/^(?:#|file\t)/.test(line))
    .map((line) => {
      const [file = '', , x, y, width, height, text = '', , expected] = line.split('\t');
      const box = { x: Number(x), y: Number(y), width: Number(width), height: Number(height) };
      return { file, box, text, expected: expected as Burned['expected'] };
    });
}

/** Each frame as it is shown, and without its palette: what that shows as dark on dark is written there all the same. */
async function viewsOf(file: Buffer): Promise<Picture[][]> {
  const frames: Picture[][] = [];
  for await (const frame of readFrames(streamOf(file))) {
    const raster = await decodeFrame(frame, tools.codecs);
    const stored = { ...raster, photometric: 'MONOCHROME2' };
    const palette = raster.photometric === 'PALETTE COLOR';
    frames.push([toGrey8(raster), ...(palette ? [toGrey8(stored, { window: 'range' })] : [])]);
  }
  return frames;
}

async function* streamOf(file: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < file.length; at += 65_536) yield file.subarray(at, at + 65_536);
}

/** What is written, also where the check of its header then holds it back: here its pixels are judged. */
async function cleaned(file: Buffer): Promise<Buffer> {
  const newUid = (original: string) => uidOf(createHmac('sha256', 'test').update(original).digest());
  const replacements = { pseudonym: 'PSEUDONYM', dayOffset: -1000, newUid };
  const source = { open: () => streamOf(file) };
  const profile = await loadProfile('research');
  const parts: Buffer[] = [];
  const verdict = await scrubObject({ source, replacements, profile, pixels: tools }, async (clean) => {
    for await (const part of clean) parts.push(part);
  });
  expect(verdict.outcome === 'clean' || verdict.code === 'SCRUBBING_RESIDUAL').toBe(true);
  return Buffer.concat(parts);
}

/** Share of the pixels of a text that are another now; the box is taken two pixels less on each side, as far as it was measured. */
function changed(before: Picture, after: Picture, { x, y, width, height }: Rectangle): number {
  const inside: number[] = [];
  for (let row = y + 2; row < y + height - 2; row += 1)
    for (let at = row * before.width + x + 2; at < row * before.width + x + width - 2; at += 1)
      inside.push(at);
  const shade = (picture: Picture, at: number) => picture.data[at] ?? 0;
  const ground = inside.map((at) => shade(before, at)).sort((a, b) => a - b)[inside.length >> 1] ?? 0;
  const text = inside.filter((at) => Math.abs(shade(before, at) - ground) > 8);
  const other = text.filter((at) => Math.abs(shade(after, at) - shade(before, at)) > 6);
  return text.length === 0 ? Number.NaN : other.length / text.length;
}

describe.skipIf(!there)(`text burned into images of the shared set${missing}`, () => {
  const files = there ? [...new Set(burned().map(({ file }) => file))] : [];

  it.each(files)(
    '%s: what names the person is gone in every frame, what the device says stays',
    async (name) => {
      const bytes = readFileSync(join(FOLDER, name));
      const original = name.endsWith('.png') ? await pictureObject(bytes) : bytes;
      const clean = await cleaned(original);
      const [before, after] = [await viewsOf(original), await viewsOf(clean)];
      const wrong = burned().filter(({ file, expected, box }) => {
        if (file !== name || expected === 'optional') return false;
        return before.some((views, at) => {
          const seen = views.map((view, index) => changed(view, after[at]?.[index] as Picture, box));
          const shares = seen.filter((share) => !Number.isNaN(share));
          // Over all values shades move with what was masked: what stays is compared as it is shown.
          const right = expected === 'mask' ? shares.every((one) => one >= 0.97) : (shares[0] ?? 1) <= 0.03;
          return shares.length === 0 || !right;
        });
      });
      expect(wrong.map(({ text, expected }) => `${expected}: ${text}`)).toEqual([]);
    },
    120_000,
  );
});
