import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chanceAttacks } from './attacks/chance.js';
import { conversationAttacks } from './attacks/conversations.js';
import { crowdAttacks } from './attacks/crowds.js';
import { largeHeader, MARKER } from './attacks/data-sets.js';
import { requestAttacks } from './attacks/requests.js';
import { dataSetAttacks, largeInstance, malformedFileAttacks } from './attacks/send-data-sets.js';
import { goodInstance, instanceOf, openGround, type Ground } from './ground/ground.js';

const MIB = 1024 * 1024;
const MAX_BLOCK_MS = 200;
/** Less than 25 were measured. */
const MAX_LEFT_BYTES = 64 * MIB;
/** The process gives back what it does not need on its own time; nothing forces it. */
const CALM_WITHIN_MS = 40_000;

/** Point 6 of the goal: an answer or a refusal each, no block above 200 ms, memory back within 64 MiB, still serving. */
describe('the hostile set', () => {
  let opened: Ground;
  let calmBytes = 0;
  const blocks: string[] = [];
  const ground = () => opened;

  beforeAll(async () => {
    opened = await openGround();
    // Measured: the memory that good traffic alone needs is level after the third round.
    for (const round of ['first', 'second', 'third']) await warmUp(opened, round);
    calmBytes = opened.watch.rssBytes;
  }, 180_000);

  let from = 0;
  beforeEach(() => {
    from = Date.now();
  });
  afterEach(({ task }) => {
    const worst = opened.watch.worstBlockMs(from);
    if (worst > MAX_BLOCK_MS) blocks.push(`${Math.round(worst)} ms in: ${task.name}`);
  });

  afterAll(async () => {
    if (opened) await opened.close();
  });

  describe('conversations', () => conversationAttacks(ground));
  describe('crowds', () => crowdAttacks(ground));
  describe('malformed files', () => malformedFileAttacks(ground));
  describe('data sets', () => dataSetAttacks(ground));
  describe('STOW-RS', () => requestAttacks(ground));
  describe('chance', () => chanceAttacks(ground));

  describe('afterwards', () => {
    it('everything that got success is settled', { timeout: 90_000 }, () => ground().settled(80_000));

    it(`the event loop was never blocked above ${MAX_BLOCK_MS} ms`, () => expect(blocks).toEqual([]));

    it(
      'the memory of the process is back within 64 MiB, after the same good traffic as before',
      { timeout: 180_000 },
      async () => {
        await warmUp(ground(), 'after');
        const until = Date.now() + CALM_WITHIN_MS;
        while (ground().watch.rssBytes > calmBytes + MAX_LEFT_BYTES && Date.now() < until) await sleep(500);
        const left = Math.round((ground().watch.rssBytes - calmBytes) / MIB);
        expect(left, `MiB above the ${Math.round(calmBytes / MIB)} MiB before`).toBeLessThanOrEqual(
          MAX_LEFT_BYTES / MIB,
        );
      },
    );

    it('the process never ended, no temporary file is left, and it stops when asked', () => {
      expect(ground().under.process.running).toBe(true);
      expect(readdirSync(ground().temporary)).toEqual([]);
    });

    it('its log has no bug in it and nothing of what was sent', () => {
      const log = readFileSync(ground().under.process.logFile, 'utf8');
      const lines = log.trim().split('\n');
      expect(lines.filter((line) => !line.startsWith('{'))).toEqual([]);
      expect(lines.filter((line) => /UNEXPECTED|"level":"(error|fatal)"|unhandled/i.test(line))).toEqual([]);
      for (const trace of [MARKER, 'passwd', '2.25.', '127.0.0.1', '..%2f']) expect(log).not.toContain(trace);
    });

    it('serves on', () => ground().expectServing());
  });
});

/** Good traffic of the same kind and size, until the process has the size it needs for that. */
async function warmUp(ground: Ground, when: string): Promise<void> {
  const results = await ground.send([largeInstance(200_000_000)]);
  for (let round = 0; round < 20; round += 1) {
    const side = round % 5 === 0 ? 1024 : 128;
    const sent = Array.from({ length: 8 }, () => ground.send([goodInstance(side)]));
    results.push(...(await Promise.all(sent)).flat());
  }
  for (const name of ['a', 'b', 'c']) {
    const large = largeHeader(`${name} ${when}`);
    results.push(...(await ground.send([instanceOf(large.dataSet, large)])));
  }
  expect(results.filter(({ outcome }) => outcome !== 'stored')).toEqual([]);
  await ground.settled(120_000);
  await sleep(3_000);
}
