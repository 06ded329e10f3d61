import { chmod, mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKeys } from '../open-keys.js';
import { keysBehaviour, memoryShelf } from '../testing.js';
import { bytesOf, outcomeOf } from '../testing/streams.js';
import { only } from '../message/gather.js';

const freshFolder = () => mkdtemp(join(tmpdir(), 'sluice-keys-'));

keysBehaviour('local keys', async () => {
  const folder = await freshFolder();
  return {
    open: (options) => openKeys(`local:${folder}`, options),
    remove: () => rm(folder, { recursive: true }),
  };
});

describe('the master key file', () => {
  let folder: string;
  const open = () => openKeys(`local:${join(folder, 'keys')}`, { shelf: memoryShelf() });
  const file = () => join(folder, 'keys', 'master.key');
  beforeAll(async () => {
    folder = await freshFolder();
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is made once by 16 first starts, readable by its owner alone', async () => {
    const all = await Promise.all(Array.from({ length: 16 }, open));
    const sealed = await bytesOf(
      (all[0] as (typeof all)[0]).staging('t1', 'staging-raw').seal(only(Buffer.from('x'))),
    );
    for (const keys of all)
      expect(await outcomeOf(keys.staging('t1', 'staging-raw').open(only(sealed)))).toBe('opened');
    expect(await readdir(join(folder, 'keys'))).toEqual(['master.key']);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'keys'))).mode & 0o777).toBe(0o700);
    expect((await stat(file())).size).toBe(32);
  });

  it('is refused when others may read it, or when it is damaged', async () => {
    await chmod(file(), 0o640);
    await expect(open()).rejects.toMatchObject({ code: 'CRYPTO_MASTER_KEY_INVALID', kind: 'fatal' });
    await chmod(file(), 0o600);
    await truncate(file(), 31);
    await expect(open()).rejects.toMatchObject({ code: 'CRYPTO_MASTER_KEY_INVALID' });
  });

  it('is missed by a probe', async () => {
    await rm(file());
    const keys = await open();
    await keys.probe();
    await rm(file());
    await expect(keys.probe()).rejects.toMatchObject({ code: 'CRYPTO_KEYS_UNAVAILABLE', kind: 'transient' });
  });
});

it('refuses a URL that it does not know, without repeating it', async () => {
  for (const url of ['', 'local:', 'vault:x', 'aws-kms:?endpoint=nonsense', 'aws-kms:?secret=abc']) {
    const refusal = await openKeys(url, { shelf: memoryShelf() }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'CRYPTO_URL_INVALID', kind: 'fatal' });
    expect(String(refusal)).not.toContain('abc');
  }
});
