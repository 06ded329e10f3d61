import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Ground } from '../ground/ground.js';
import { associateRequest, dataPdu, storeCommand } from '../ground/pdus.js';
import { RawPeer } from '../ground/raw-peer.js';

const CROWD = 1_000;

/** 1,000 at once who never get anywhere, while an honest sender wants to be served. */
export function crowdAttacks(ground: () => Ground): void {
  const port = () => ground().under.dimsePort;

  it('serves beside 1,000 connections that say nothing', { timeout: 60_000 }, async () => {
    await withCrowd(port(), async () => {
      await ground().expectServing();
      await sleep(2_000);
      await ground().expectServing();
    });
  });

  it('serves beside 1,000 that send their request a byte a second', { timeout: 60_000 }, async () => {
    await withCrowd(port(), async (crowd) => {
      const stop = trickle(crowd, associateRequest());
      for (let second = 0; second < 4; second += 1) {
        await ground().expectServing();
        await sleep(1_000);
      }
      stop();
    });
  });

  it(
    'serves beside 1,000 that want associations for a data set of a byte a second',
    { timeout: 120_000 },
    async () => {
      await withCrowd(port(), async (crowd) => {
        const answers: (number | undefined)[] = [];
        for (const peer of crowd) {
          await peer.send(associateRequest());
          answers.push((await peer.next(2_000))?.[0]);
          await peer.send(storeCommand('2.25.5'));
        }
        expect(answers.filter((type) => type === ACCEPTED).length).toBeGreaterThan(0);
        expect(answers.filter((type) => type === REJECTED).length).toBeGreaterThan(0);
        const stop = trickle(crowd, dataPdu(Buffer.alloc(100), false));
        await sleep(8_000);
        for (let round = 0; round < 3; round += 1) await ground().expectServing();
        stop();
      });
      await sleep(500);
      await ground().expectServing();
    },
  );
}

const ACCEPTED = 2;
const REJECTED = 3;

async function withCrowd(port: number, work: (crowd: readonly RawPeer[]) => Promise<void>): Promise<void> {
  const crowd = await Promise.all(Array.from({ length: CROWD }, () => RawPeer.connect(port)));
  try {
    await work(crowd);
  } finally {
    for (const peer of crowd) peer.destroy();
  }
}

/** Sends the bytes one a second to each of them, until stopped. */
function trickle(crowd: readonly RawPeer[], bytes: Buffer): () => void {
  let at = 0;
  const timer = setInterval(() => {
    for (const peer of crowd)
      if (!peer.closed) peer.socket.write(bytes.subarray(at % bytes.length, (at % bytes.length) + 1));
    at += 1;
  }, 1_000);
  return () => clearInterval(timer);
}
