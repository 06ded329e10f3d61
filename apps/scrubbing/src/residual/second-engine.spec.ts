import { readElements } from '@sluice/dicom';
import { describe, expect, it } from 'vitest';
import { BASIC } from '../profile/profile.js';
import { chunksOf, type SampleElement, sampleElements, samplePart10 } from '../testing/samples.js';
import { gatherIdentity } from './identity/gather-identity.js';
import type { Identity } from './identity/identity.types.js';
import { openSecondEngine, type SecondEngineOptions } from './second-engine.js';

const RESIDUAL = { code: 'SCRUBBING_RESIDUAL' };
const threadOf = (code: string) => new URL(`data:text/javascript,${encodeURIComponent(code)}`);
const ARRAY = (file: Buffer) => new Uint8Array(file).buffer;

async function identityOf(file: Buffer): Promise<Identity> {
  const gathering = gatherIdentity(BASIC, 0);
  await readElements(chunksOf(file), gathering.note);
  return gathering.identity();
}

const file = samplePart10(sampleElements());

async function lookWith(options: SecondEngineOptions, header = file) {
  const engine = openSecondEngine(options);
  try {
    return await engine.look(ARRAY(header), await identityOf(file));
  } finally {
    await engine.close();
  }
}

describe('the second engine', () => {
  it('finds the person in what was not scrubbed, and says where', async () => {
    expect(await lookWith({})).toEqual({ kind: 'UID', at: 'MediaStorageSOPInstanceUID' });
  });

  it('answers each of many who ask at once', async () => {
    const engine = openSecondEngine({ threads: 2 });
    const identity = await identityOf(file);
    const found = await Promise.all(Array.from({ length: 20 }, () => engine.look(ARRAY(file), identity)));
    expect(found.map((one) => one?.kind)).toEqual(found.map(() => 'UID'));
    await engine.close();
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['no DICOM', Buffer.from('Musterfrau, Erika')],
    ['a file that ends in its meta', file.subarray(0, 160)],
    ['an element that is cut', file.subarray(0, -12)],
  ])('refuses %s', async (_, header) => {
    await expect(lookWith({}, header)).rejects.toMatchObject(RESIDUAL);
  });

  it('refuses more levels than it may enter', async () => {
    let element: SampleElement = [0x00189004, 'CS', 'RESEARCH'];
    for (let level = 0; level < 80; level += 1) element = [0x52009229, 'SQ', [[element]]];
    await expect(lookWith({}, samplePart10([element]))).rejects.toMatchObject(RESIDUAL);
  });

  it.each([
    ['dies at its start', `throw new Error('no')`],
    ['ends without an answer', `process.exit(0)`],
    ['never answers', `setInterval(() => 0, 1000)`],
    ['never comes back', `for (;;);`],
    ['runs out of memory', `const all = []; for (;;) all.push(new Array(100_000).fill({}));`],
  ])(
    'that %s releases nothing',
    async (_, code) => {
      await expect(lookWith({ thread: threadOf(code), timeoutMs: 5000 })).rejects.toMatchObject(RESIDUAL);
    },
    30_000,
  );
});
