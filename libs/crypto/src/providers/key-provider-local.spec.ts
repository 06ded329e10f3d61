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

describe('another master key than the one that wrapped', () => {
  let folder: string;
  const shelf = memoryShelf();
  const open = (name: string) => openKeys(`local:${join(folder, name)}`, { shelf });
  let staged: Buffer;
  beforeAll(async () => {
    folder = await freshFolder();
    const keys = await open('right');
    await keys.tenant('t1', ['tenant-identity']);
    await keys.subject('t1', 'a'.repeat(64)).pseudonym();
    staged = await bytesOf(keys.staging('t1', 'staging-raw').seal(only(Buffer.from('x'))));
    await openKeys(`local:${join(folder, 'wrong')}`, { shelf: memoryShelf() });
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is not made while secrets stand on the shelf: an unmounted folder stops the start', async () => {
    await expect(open('unmounted')).rejects.toMatchObject({
      code: 'CRYPTO_MASTER_KEY_MISSING',
      kind: 'fatal',
    });
    expect(await readdir(folder)).not.toContain('unmounted');
  });

  it('condemns neither secrets nor objects: they wait for the right one', async () => {
    const keys = await open('wrong');
    const waits = { code: 'CRYPTO_KEY_WRONG', kind: 'transient' };
    await expect(keys.tenant('t1', ['tenant-identity'])).rejects.toMatchObject(waits);
    await expect(keys.subject('t1', 'a'.repeat(64)).pseudonym()).rejects.toMatchObject(waits);
    expect(await outcomeOf(keys.staging('t1', 'staging-raw').open(only(staged)))).toBe('CRYPTO_KEY_WRONG');
    const right = await open('right');
    expect(await outcomeOf(right.staging('t1', 'staging-raw').open(only(staged)))).toBe('opened');
  });
});

it('refuses a URL that it does not know, without repeating it', async () => {
  for (const url of ['', 'local:', 'vault:x', 'aws-kms:?endpoint=nonsense', 'aws-kms:?secret=abc']) {
    const refusal = await openKeys(url, { shelf: memoryShelf() }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'CRYPTO_URL_INVALID', kind: 'fatal' });
    expect(String(refusal)).not.toContain('abc');
  }
});
