import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createCodecs } from '@sluice/dicom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doorsIn } from '../score/run/doors.ts';
import { type LongUltrasound, writeLongUltrasound } from './long-ultrasound.ts';

const MIB = 1024 * 1024;
/** Of the whole process, its threads included. A film of 2 GB takes no more than these (docs/pixels.md). */
const MOST_MIB = 300;
/** The command as npm links it: its first line names what keeps it small. */
const PROGRAM = fileURLToPath(new URL('../../apps/cli/bin/sluice.js', import.meta.url));
const SAY_PEAK = fileURLToPath(new URL('say-peak.mjs', import.meta.url));
const SCREEN = { rows: 768, columns: 1024 };

const codecs = createCodecs();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-memory-'));
});
afterAll(async () => {
  await codecs.close();
  await rm(folder, { recursive: true, force: true });
});

/** De-identifies one film by a process of its own; the most memory that it ever had, MiB, and what it said of the film. */
async function peakOf(film: LongUltrasound): Promise<{ peakMiB: number; said: unknown }> {
  const place = join(folder, film.syntax);
  const input = join(place, 'in');
  await mkdir(input, { recursive: true });
  await writeLongUltrasound(join(input, 'film.dcm'), film, codecs);
  const peak = join(place, 'peak');
  const child = spawn(PROGRAM, ['deidentify', input, join(place, 'out'), '--json'], {
    cwd: place,
    env: {
      ...doorsIn(place),
      PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
      NODE_OPTIONS: `--import=${SAY_PEAK}`,
      PEAK_FILE: peak,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  expect(exitCode).toBe(0);
  return { peakMiB: Number(await readFile(peak, 'utf8')), said: JSON.parse(said.split('\n')[0] ?? '') };
}

describe('sluice deidentify takes no memory for the length of a film:', () => {
  it.each([
    ['300 MiB of native frames', { ...SCREEN, syntax: 'native', frames: 400 }],
    ['300 MiB of RLE frames', { ...SCREEN, syntax: 'rle', frames: 400 }],
  ] as const)(
    '%s',
    async (_, film) => {
      expect(film.rows * film.columns * film.frames).toBe(300 * MIB);
      const { peakMiB, said } = await peakOf(film);
      expect(said).toMatchObject({ outcome: 'released' });
      expect(peakMiB).toBeGreaterThan(50);
      expect(peakMiB).toBeLessThan(MOST_MIB);
    },
    600_000,
  );
});
