import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Keys, KeysCall } from './index.js';
import { only } from './message/gather.js';
import { openKeys } from './open-keys.js';
import { memoryShelf } from './testing.js';
import { bytesOf, outcomeOf } from './testing/streams.js';

let folder: string;
let keys: Keys;
const calls: KeysCall[] = [];
const countOf = (action: KeysCall['action']) => calls.filter((call) => call.action === action).length;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-keys-calls-'));
  keys = await openKeys(`local:${folder}`, {
    shelf: memoryShelf(),
    onCall: (call) => void calls.push(call),
  });
});
afterAll(async () => {
  await keys.close();
  await rm(folder, { recursive: true });
});

describe('calls that end are reported', () => {
  it('one of the key service for many messages, and each message', async () => {
    const sealer = keys.staging('t1', 'staging-raw');
    for (let n = 0; n < 3; n += 1) await bytesOf(sealer.seal(only(Buffer.from('abc'))));
    expect({ generated: countOf('generate'), sealed: countOf('seal') }).toEqual({ generated: 1, sealed: 3 });
    expect(calls.find((call) => call.action === 'generate')).toEqual({
      door: 'kms',
      action: 'generate',
      durationMs: expect.any(Number) as number,
    });
  });

  it('with what a message that was changed threw', async () => {
    const subject = keys.subject('t1', 'a'.repeat(64));
    const sealer = await subject.archive('name', 'content');
    const sealed = await bytesOf(sealer.seal(only(Buffer.from('abc'))));
    const opener = await subject.openArchive('name', 'content');
    expect(await outcomeOf(opener.open(only(sealed)))).toBe('opened');
    sealed[sealed.length - 1]! ^= 1;
    const again = await subject.openArchive('name', 'content');
    expect(await outcomeOf(again.open(only(sealed)))).toBe('CRYPTO_OPEN_FAILED');
    const opened = calls.filter(({ action }) => action === 'open');
    expect(opened).toEqual([
      { door: 'sealing', action: 'open' },
      {
        door: 'sealing',
        action: 'open',
        error: expect.objectContaining({ code: 'CRYPTO_OPEN_FAILED' }) as Error,
      },
    ]);
  });

  it('and signatures and probes', async () => {
    await keys.signRelease(Buffer.from('root'));
    await keys.releaseKey();
    await keys.probe();
    expect([countOf('sign'), countOf('public-key'), countOf('probe')]).toEqual([1, 1, 1]);
  });
});
