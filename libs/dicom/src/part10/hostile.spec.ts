import fc from 'fast-check';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isSluiceError } from '@sluice/contracts';
import { encodeHeader, encodeItemHeader, EXPLICIT_LE } from '../data-set/encoding.js';
import type { RewritePlan } from '../data-set/rewrite.types.js';
import type { DicomLimits } from '../limits.js';
import { element, fragments, gather, inChunks, part10, sequence } from './part10-fixture.js';
import { rewritePart10 } from './rewrite-part10.js';

const keepAll: RewritePlan = { decide: () => ({ do: 'keep' }) };
const DEFLATED = '1.2.840.10008.1.2.1.99';
const JPEG = '1.2.840.10008.1.2.4.50';
const ID = element(0x00100020, 'LO', 'A1');

async function rewrite(file: Buffer, size = 65_536, limits: Partial<DicomLimits> = {}): Promise<Buffer> {
  return gather(rewritePart10(inChunks(file, size), keepAll, limits));
}

/** One of our codes, or the bytes; anything else fails the test. */
async function outcome(file: Buffer, size: number): Promise<string> {
  try {
    return (await rewrite(file, size, { inflateFloorBytes: 1024 })).toString('latin1');
  } catch (error) {
    if (isSluiceError(error) && error.code.startsWith('DICOM_')) return error.code;
    throw error;
  }
}

function nested(depth: number): Buffer {
  const level = Buffer.concat([
    encodeHeader({ tag: 0x00081140, vr: 'SQ' }, 0xffffffff, EXPLICIT_LE),
    encodeItemHeader(0xfffee000, 0xffffffff, EXPLICIT_LE),
  ]);
  return Buffer.concat(Array.from({ length: depth }, () => level));
}

const small = part10([
  element(0x00080005, 'CS', 'ISO_IR 100'),
  sequence(0x00081140, [ID, Buffer.concat([sequence(0x00081199, [ID], { undefinedLength: true }), ID])]),
  element(0x00090010, 'LO', 'ACME'),
  element(0x00091001, 'UN', Buffer.alloc(9)),
  ID,
  element(0x7fe00010, 'OW', Buffer.alloc(40, 5)),
  element(0xfffcfffc, 'OB', Buffer.alloc(2)),
]);
const compressed = part10(
  [
    sequence(0x00081140, [ID], { undefinedLength: true }),
    ID,
    fragments(0x7fe00010, [Buffer.alloc(10), Buffer.alloc(4)]),
    element(0xfffcfffc, 'OB', Buffer.alloc(2)),
  ],
  JPEG,
);

describe('hostile input', () => {
  it('refuses 20,000 sequences within each other', async () => {
    await expect(rewrite(part10([nested(20_000)]))).rejects.toMatchObject({ code: 'DICOM_LIMIT_EXCEEDED' });
  });

  it('reads 720 kB of sequences in time that grows with their size, not its square', async () => {
    const forest = (count: number): Buffer =>
      part10([
        sequence(
          0x00081140,
          Array.from({ length: count }, () => sequence(0x00081140, [Buffer.alloc(0)])),
        ),
      ]);
    const file = forest(25_000);
    expect(file.length).toBeGreaterThan(700_000);
    expect((await rewrite(file)).equals(file)).toBe(true);
  });

  it.each([1, 4096])('refuses a value of 4 GiB that is not there, in chunks of %i', async (size) => {
    for (const vr of ['OW', 'UN', 'UT']) {
      const file = part10([
        Buffer.concat([encodeHeader({ tag: 0x00420011, vr }, 0xfffffffe, EXPLICIT_LE), Buffer.alloc(16)]),
      ]);
      await expect(rewrite(file, size)).rejects.toMatchObject({ code: 'DICOM_MALFORMED' });
    }
  });

  it('refuses what inflates too much, by ratio and by size', async () => {
    const bomb = part10(
      [deflateRawSync(element(0x00420011, 'OB', Buffer.alloc(64 * 1024 * 1024)))],
      DEFLATED,
    );
    expect(bomb.length).toBeLessThan(70_000);
    await expect(rewrite(bomb)).rejects.toMatchObject({ code: 'DICOM_LIMIT_EXCEEDED' });
    await expect(
      rewrite(bomb, 65_536, { maxInflateRatio: 2000, maxInflatedBytes: 1_000_000 }),
    ).rejects.toMatchObject({ code: 'DICOM_LIMIT_EXCEEDED' });
  });

  it('refuses a deflated data set that is cut or is none', async () => {
    const file = part10([deflateRawSync(ID)], DEFLATED);
    await expect(rewrite(file.subarray(0, -2))).rejects.toMatchObject({ code: 'DICOM_MALFORMED' });
    await expect(rewrite(part10([Buffer.alloc(40, 0xff)], DEFLATED))).rejects.toMatchObject({
      code: 'DICOM_MALFORMED',
    });
  });

  it('refuses a transfer syntax that it does not know', async () => {
    for (const syntax of ['1.2.3', '1.2.840.10008.1.2.6.2'])
      await expect(rewrite(part10([ID], syntax))).rejects.toMatchObject({ code: 'DICOM_SYNTAX_UNSUPPORTED' });
  });

  it.each([
    ['native', small],
    ['compressed', compressed],
  ])('never ends normally on a cut %s file, but between two elements of depth 0', async (_, file) => {
    const boundaries: number[] = [];
    for (let length = 1; length < file.length; length += 1) {
      const end = await outcome(file.subarray(0, length), 1000);
      if (end !== 'DICOM_MALFORMED') boundaries.push(length);
    }
    const depth0 = file === small ? 7 : 4;
    // The meta itself may end early too: its elements from the transfer syntax on.
    expect(boundaries).toHaveLength(depth0 + 2);
  });

  it.each([
    ['native', small],
    ['compressed', compressed],
  ])('gives the same for any chunk size: %s', async (_, file) => {
    const whole = await rewrite(file, file.length);
    for (const size of [1, 2, 3, 5, 11, 64, 257])
      expect((await rewrite(file, size)).equals(whole)).toBe(true);
  });

  it('answers every mutation with bytes or a code, the same for any chunk size', async () => {
    const edits = fc.array(
      fc.record({
        at: fc.nat(),
        byte: fc.oneof(fc.constantFrom(0, 1, 2, 0x7f, 0xfe, 0xff), fc.integer({ min: 0, max: 255 })),
      }),
      { minLength: 1, maxLength: 6 },
    );
    const mutated = fc.record({ file: fc.constantFrom(small, compressed), edits, cut: fc.nat(40) });
    const property = fc.asyncProperty(mutated, async ({ file, edits: changes, cut }) => {
      const bytes = Buffer.from(file.subarray(0, file.length - cut));
      for (const { at, byte } of changes) bytes[132 + (at % (bytes.length - 132))] = byte;
      expect(await outcome(bytes, 13)).toBe(await outcome(bytes, bytes.length));
    });
    await fc.assert(property, { numRuns: 1500, interruptAfterTimeLimit: 12_000 });
  });

  it('rewrites what it wrote to the same bytes', async () => {
    const mutated = fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) });
    const property = fc.asyncProperty(mutated, async ({ at, byte }) => {
      const bytes = Buffer.from(small);
      bytes[200 + (at % (bytes.length - 200))] = byte;
      const once = await outcome(bytes, 5000);
      if (!once.startsWith('DICOM_')) expect(await outcome(Buffer.from(once, 'latin1'), 5000)).toBe(once);
    });
    await fc.assert(property, { numRuns: 800, interruptAfterTimeLimit: 8_000 });
  });
});
