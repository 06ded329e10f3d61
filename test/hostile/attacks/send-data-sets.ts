import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { splitPart10, TRANSFER_SYNTAXES, type SendResult } from '@sluice/dicom';
import { expect, it } from 'vitest';
import { goodInstance, instanceOf, type Ground } from '../ground/ground.js';
import { ABORT, associateRequest, dataPdu, storeCommand } from '../ground/pdus.js';
import { RawPeer } from '../ground/raw-peer.js';
import { hostileDataSets, randomBytes, type HostileDataSet } from './data-sets.js';

const FOLDER = '../shared/dicom/malformed';

/** Hostile data sets by C-STORE: whole, then each left in its middle. */
export function dataSetAttacks(ground: () => Ground): void {
  it('answers every hostile data set, and settles what it took', { timeout: 180_000 }, async () => {
    const wrong: string[] = [];
    for await (const hostile of hostileDataSets()) {
      const [result] = await ground().send([instanceOf(hostile.dataSet, hostile)]);
      if (!fits(hostile, result)) wrong.push(`${hostile.what}: ${JSON.stringify(result)}`);
    }
    expect(wrong).toEqual([]);
    await ground().settled();
    await ground().expectServing();
  });

  it('survives an abort and a cut in the middle of each', { timeout: 120_000 }, async () => {
    const { dimsePort } = ground().under;
    for await (const hostile of hostileDataSets()) {
      for (const how of ['abort', 'cut'] as const) await leaveInTheMiddle(dimsePort, hostile, how);
    }
    await ground().expectServing();
  });

  it.each([...TRANSFER_SYNTAXES.keys()])('refuses noise in %s with a code', async (transferSyntaxUID) => {
    const noise = [1, 2, 3].map((seed) => instanceOf(randomBytes(50_000, seed), { transferSyntaxUID }));
    for (const result of await ground().send(noise)) expectRefused(result);
    await ground().expectServing();
  });

  it('takes 200 MB from one sender while it serves others', { timeout: 120_000 }, async () => {
    const others = async () => {
      for (let round = 0; round < 10; round += 1) await ground().expectServing(128);
    };
    const [big] = await Promise.all([ground().send([largeInstance(200_000_000)]), others()]);
    expect(big).toEqual([expect.objectContaining({ outcome: 'stored', status: 0 })]);
    await ground().settled();
  });
}

/** Every file of the malformed collection, its bytes as they are, also what a proper sender would not send. */
export function malformedFileAttacks(ground: () => Ground): void {
  const files = existsSync(FOLDER) ? readdirSync(FOLDER).sort() : [];
  it.skipIf(files.length > 0)(`pushes the files of ${FOLDER}: left out, the folder is not there`, () =>
    expect(files).toEqual([]),
  );
  it.each(files)('answers %s and settles it', async (file) => {
    const bytes = readFileSync(join(FOLDER, file));
    const [named, bare] = await ground().send([await instanceOfFile(bytes), instanceOf(bytes)]);
    for (const result of [named, bare]) if (result?.outcome !== 'stored') expectRefused(result);
    await ground().expectServing();
  });
  // Their pixels are read, twice where something was masked.
  it.skipIf(files.length === 0)(
    'has archived or quarantined what it took of them',
    { timeout: 300_000 },
    () => ground().settled(280_000),
  );
}

/** A refusal: a failure status and a code of ours. */
const REFUSED = {
  outcome: 'failed',
  status: expect.any(Number),
  comment: expect.stringMatching(/^(DICOM|INTAKE)_[A-Z_]+$/),
};

/** A good CT whose pixels are this many bytes, made as it is sent. */
export function largeInstance(pixelBytes: number): ReturnType<typeof goodInstance> {
  const small = goodInstance(64);
  const slice = 64 * 64 * 2;
  return {
    ...small,
    async *dataSet() {
      const parts: Uint8Array[] = [];
      for await (const part of small.dataSet()) parts.push(part);
      const head = Buffer.concat(parts);
      head.writeUInt32LE(pixelBytes, head.length - slice - 4);
      yield head.subarray(0, head.length - slice);
      const piece = Buffer.alloc(65_536, 0x5a);
      for (let left = pixelBytes; left > 0; left -= piece.length)
        yield left < piece.length ? piece.subarray(0, left) : piece;
    },
  };
}

/** A failure status with a code, or no context for its class or syntax. */
function expectRefused(result: SendResult | undefined): void {
  if (result?.outcome !== 'unsendable') return expect(result).toMatchObject(REFUSED);
  expect(['class-refused', 'syntax-refused']).toContain(result.reason);
}

function fits(hostile: HostileDataSet, result: SendResult | undefined): boolean {
  if (result?.outcome === 'stored') return hostile.answer !== 'refused' && result.status === 0;
  if (result?.outcome !== 'failed') return false;
  return (
    hostile.answer !== 'stored' && result.status !== 0 && REFUSED.comment.asymmetricMatch(result.comment)
  );
}

async function leaveInTheMiddle(port: number, hostile: HostileDataSet, how: 'abort' | 'cut'): Promise<void> {
  const contexts = [
    { id: 1, abstractSyntax: '1.2.840.10008.5.1.4.1.1.2', transferSyntaxes: [hostile.transferSyntaxUID] },
  ];
  const peer = await RawPeer.connect(port);
  await peer.send(associateRequest({ contexts }));
  expect((await peer.next())?.[0]).toBe(2);
  await peer.send(storeCommand(hostile.sopInstanceUID));
  const half = hostile.dataSet.subarray(0, hostile.dataSet.length / 2);
  for (let at = 0; at < half.length && at < 4_000_000; at += 16_000)
    await peer.send(dataPdu(half.subarray(at, at + 16_000), false));
  if (how === 'abort') await peer.send(ABORT);
  else peer.destroy();
  expect(await peer.gone()).toBe(true);
}

/** The file's data set under its own names where they can be read; otherwise all its bytes, called a CT. */
async function instanceOfFile(bytes: Buffer): Promise<ReturnType<typeof instanceOf>> {
  try {
    const { meta, dataSet } = await splitPart10(once(bytes));
    const parts: Buffer[] = [];
    for await (const part of dataSet) parts.push(part);
    const {
      mediaStorageSOPClassUID: sopClassUID,
      mediaStorageSOPInstanceUID: sopInstanceUID,
      transferSyntaxUID,
    } = meta;
    return instanceOf(Buffer.concat(parts), {
      ...(sopClassUID && { sopClassUID }),
      ...(sopInstanceUID && { sopInstanceUID }),
      transferSyntaxUID,
    });
  } catch {
    return instanceOf(bytes);
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}
