import { describe, expect, it } from 'vitest';
import { createTesseract } from './text-finder-tesseract.js';

/** Not of one shade: in such a one nothing is read. */
const picture = { width: 8, height: 8, channels: 1, data: Buffer.alloc(64, 'black and white') } as const;
const UNREAD = { code: 'SCRUBBING_TEXT_UNREAD' };

const threadOf = (code: string) => new URL(`data:text/javascript,${encodeURIComponent(code)}`);

describe('a reading thread', () => {
  it.each([
    ['that dies at its start', `throw new Error('no')`],
    ['that ends without an answer', `process.exit(0)`],
    [
      'that dies on a picture',
      `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { throw new Error('no'); });`,
    ],
    [
      'below which a thread dies',
      `import { Worker } from 'node:worker_threads'; new Worker('throw new Error("no")', { eval: true }); setInterval(() => 0, 1000);`,
    ],
    ['that runs out of memory', `const all = []; for (;;) all.push(new Array(100_000).fill({}));`],
  ])(
    '%s is a code, each time anew',
    async (_, code) => {
      const finder = createTesseract({ thread: threadOf(code) });
      for (const again of [1, 2])
        await expect(finder.find(picture), String(again)).rejects.toMatchObject(UNREAD);
      await finder.close();
    },
    30_000,
  );

  it.each([
    ['never answers', `setInterval(() => 0, 1000)`],
    ['never comes back', `for (;;);`],
  ])('that %s is ended in time, and so by close', async (_, code) => {
    const hasty = createTesseract({ thread: threadOf(code), timeoutMs: 500 });
    await expect(hasty.find(picture)).rejects.toMatchObject(UNREAD);
    const patient = createTesseract({ thread: threadOf(code) });
    const waiting = expect(patient.find(picture)).rejects.toMatchObject(UNREAD);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await patient.close();
    await waiting;
  });
});
