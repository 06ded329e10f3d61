import { seededRandom } from '@sluice/samples';
import { expect, it } from 'vitest';
import { goodInstance, instanceOf, newUid, type Ground } from '../ground/ground.js';
import { associateRequest, dataPdu, echoCommand, RELEASE_REQUEST, storeCommand } from '../ground/pdus.js';
import { RawPeer } from '../ground/raw-peer.js';

const SEED = 20_261_121;
const ROUNDS = 150;

/** Valid conversations and data sets, bent at random; the seed is fixed, so that a failure can be seen again. */
export function chanceAttacks(ground: () => Ground): void {
  it(`survives ${ROUNDS} bent conversations`, { timeout: 60_000 }, async () => {
    const random = below(seededRandom(SEED));
    const dataSet = await bytesOf(goodInstance(16));
    for (let round = 0; round < ROUNDS; round += 1) {
      const talk = Buffer.concat([
        associateRequest(),
        storeCommand(newUid()),
        dataPdu(dataSet.subarray(0, 900), false),
        dataPdu(dataSet.subarray(900), true),
        echoCommand(),
        RELEASE_REQUEST,
      ]);
      const peer = await RawPeer.connect(ground().under.dimsePort);
      await peer.send(bent(talk, random));
      if (round % 2 === 0) peer.destroy();
      else peer.socket.end();
    }
    await ground().expectServing();
  });

  it(`answers ${ROUNDS} bent data sets and settles what it took`, { timeout: 90_000 }, async () => {
    const random = below(seededRandom(SEED + 1));
    for (let round = 0; round < ROUNDS; round += 1) {
      const good = goodInstance(16);
      const [result] = await ground().send([instanceOf(bent(await bytesOf(good), random), good)]);
      expect(['stored', 'failed']).toContain(result?.outcome);
      if (result?.outcome === 'failed') expect(result.comment).toMatch(/^(DICOM|INTAKE)_/);
    }
    await ground().settled();
    await ground().expectServing();
  });
}

type Random = (limit: number) => number;

function below(random: () => number): Random {
  return (limit) => Math.floor(random() * limit);
}

/** Flips, cuts, doubles or drops a few bytes. */
function bent(bytes: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes);
  for (let flips = random(4); flips >= 0; flips -= 1) copy[random(copy.length)] = random(256);
  const [from, length] = [random(copy.length), random(40)];
  if (random(4) === 0) return copy.subarray(0, 1 + from);
  if (random(4) === 0) return Buffer.concat([copy.subarray(0, from), copy.subarray(from + length)]);
  if (random(4) === 0) return Buffer.concat([copy.subarray(0, from + length), copy.subarray(from)]);
  return copy;
}

async function bytesOf(instance: ReturnType<typeof goodInstance>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const piece of instance.dataSet()) parts.push(piece);
  return Buffer.concat(parts);
}
