import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { baseObject } from '../corpus/base-object.ts';
import { writeObject } from '../corpus/write-object.ts';
import { withLookOfOthers } from '../look-of-others.ts';
import type { Held, ProfileScore } from '../score.ts';
import { illFormed, judgeReadable } from './judge-readable.ts';
import { type OtherReader, otherReaders, type Reach } from './other-readers.ts';

const elements = baseObject({ patient: 'readable', object: 'readable' });
const whole = writeObject(elements);
const without = (tag: number) => writeObject(elements.filter(([one]) => one !== tag));
const readerOf = (reaches: Readonly<Record<string, Reach>>): OtherReader => ({
  name: 'READER 1.0',
  read: (files) => new Map(files.map((file) => [file, reaches[file] ?? 'none'])),
});

describe('an output', () => {
  it.each<[Reach, Reach, boolean]>([
    ['pixels', 'pixels', true],
    ['pixels', 'elements', false],
    ['elements', 'elements', true],
    ['elements', 'none', false],
    ['none', 'none', true],
    ['none', 'pixels', true],
  ])('whose original was read as far as %s is read as far as %s: %s', (before, after, passed) => {
    const checks = judgeReadable(
      [{ object: 'one', original: 'in', output: 'out' }],
      [readerOf({ in: before, out: after })],
    );
    expect(checks).toMatchObject([{ object: 'one', kind: 'readable', at: 'READER', passed }]);
  });
});

describe('a file is well-formed', () => {
  it('with all that every object has, and pixels that somebody decodes', () => {
    expect(illFormed(whole, ['elements', 'pixels'])).toBeUndefined();
    expect(illFormed(whole, [])).toBeUndefined();
  });
  it.each([
    ['without its study', without(0x0020000d), 'without study UID'],
    ['without its series', without(0x0020000e), 'without series UID'],
    ['cut off in its header', whole.subarray(0, 200), ''],
    ['no DICOM', Buffer.from('no DICOM'.repeat(40)), 'dcmjs cannot read it'],
  ])('not %s', (_, file, why) => {
    expect(illFormed(file, ['pixels'])).toContain(why);
  });
  it('not with pixels that nobody else decodes', () => {
    expect(illFormed(whole, ['elements', 'none'])).toBe('pixels that no other reader decodes');
    expect(illFormed(without(0x7fe00010), ['elements'])).toBeUndefined();
  });
});

describe('of files that were held', () => {
  const sheet = { group: '', patient: '', planted: [], words: [], identifying: [], valid: true } as const;
  const file = (name: string, bytes: Buffer) => ({
    sheet: { ...sheet, name, outcome: 'either' as const },
    file: bytes,
  });
  const corpus = [
    file('good', whole),
    file('bad', without(0x0020000d)),
    file('document', whole),
    file('out', whole),
  ];
  const held = (object: string, reason: string): Held => ({ object, reason, expected: 'either', words: [] });
  const score: ProfileScore = {
    ...{ profile: 'real: basic', objects: 4, released: 1, checks: [], seconds: 1 },
    held: [
      held('good', 'SCRUBBING_PIXELS_UNPROVEN: no'),
      held('bad', 'INTAKE_IDENTIFIERS_MISSING: StudyInstanceUID'),
      held('document', 'SCRUBBING_DOCUMENT_DROPPED: documents are dropped by policy'),
    ],
  };

  it('the well-formed ones count, not documents and what is malformed', () => {
    const outputs = new Map([['out', 'released']]);
    const seen = withLookOfOthers(score, { corpus, folder: 'in', readers: [], outputs });
    expect(seen.wellFormed).toEqual({ released: 1, total: 2 });
    expect(seen.held.map(({ illFormed: why }) => why)).toEqual([undefined, 'without study UID', undefined]);
  });
});

describe('the readers that are installed', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'sluice-readers-'))));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  afterEach(() => vi.unstubAllEnvs());

  it('read an object to its pixels, another without them, and nothing of what is none', async () => {
    const files = { pixels: whole, elements: without(0x7fe00010), none: Buffer.from('no DICOM'.repeat(40)) };
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
    for (const { name, read } of otherReaders()) {
      const reached = [...read(Object.keys(files).map((one) => join(folder, one))).values()];
      expect([name, ...reached]).toEqual([name, 'pixels', 'elements', 'none']);
    }
  });

  it('are none where there is no such program', () => {
    vi.stubEnv('SCORE_PYTHON', join(folder, 'no-python'));
    expect(otherReaders().filter(({ name }) => name.startsWith('pydicom'))).toEqual([]);
  });
});
