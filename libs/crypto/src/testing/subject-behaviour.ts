import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { objectNames } from '@sluice/contracts';
import { type Database, openDatabase } from '@sluice/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Keys } from '../keys.js';
import { only } from '../message/gather.js';
import type { KeysPlace } from './keys-place.js';
import { memoryShelf, type MemoryShelf } from './memory-shelf.js';
import { bytesOf, outcomeOf } from './streams.js';

/** A subject's two secrets: made once whoever comes first, found again, bound to their owner, gone after an erasure. */
export function subjectBehaviour(fresh: () => Promise<KeysPlace>): void {
  describe('subject secrets', () => {
    let place: KeysPlace;
    let folder: string;
    let shelf: MemoryShelf;
    let subjectKey: string;
    const opened: { close(): Promise<void> }[] = [];
    const openKeys = async (database?: Database): Promise<Keys> => {
      const keys = await place.open({ shelf, ...(database && { database }) });
      opened.push(keys);
      return keys;
    };
    const freshDatabase = async (): Promise<Database> => {
      const database = await openDatabase(`sqlite:${join(folder, randomBytes(6).toString('hex'))}`);
      opened.push(database);
      return database;
    };
    const shelfName = (key: string, purpose: string) => objectNames.subjectSecret('t1', key, purpose);

    beforeAll(async () => {
      place = await fresh();
      folder = await mkdtemp(join(tmpdir(), 'sluice-crypto-'));
    });
    beforeEach(() => {
      shelf = memoryShelf();
      subjectKey = randomBytes(32).toString('hex');
    });
    afterAll(async () => {
      for (const one of opened.reverse()) await one.close();
      await place.remove();
      await rm(folder, { recursive: true });
    });

    it.each([false, true])(
      '32 racers in two processes get the same secrets (database: %s)',
      async (withDatabase) => {
        const database = withDatabase ? await freshDatabase() : undefined;
        const both = [await openKeys(database), await openKeys(database)];
        const racers = Array.from({ length: 32 }, (_, at) => both[at % 2] as Keys);
        const secrets = await Promise.all(racers.map((keys) => keys.subject('t1', subjectKey).pseudonym()));
        expect(new Set(secrets.map((secret) => secret.toString('hex'))).size).toBe(1);
        const sealers = await Promise.all(
          racers.map((keys) => keys.subject('t1', subjectKey).archive('name', 'content')),
        );
        const openers = await Promise.all(
          racers.map((keys) => keys.subject('t1', subjectKey).openArchive('name', 'content')),
        );
        const sealed = await bytesOf((sealers[0] as (typeof sealers)[0]).seal(only(Buffer.from('x'))));
        for (const opener of openers) expect(await outcomeOf(opener.open(only(sealed)))).toBe('opened');
        expect([...shelf.standing.keys()].sort()).toEqual(
          [shelfName(subjectKey, 'archive'), shelfName(subjectKey, 'pseudonym')].sort(),
        );
      },
    );

    it('makes a secret only when it is asked for, 32 bytes that nobody can change for the others', async () => {
      const keys = await openKeys();
      const secret = await keys.subject('t1', subjectKey).pseudonym();
      expect([...shelf.standing.keys()]).toEqual([shelfName(subjectKey, 'pseudonym')]);
      expect(secret).toHaveLength(32);
      const kept = Buffer.from(secret);
      secret.fill(0);
      expect(await keys.subject('t1', subjectKey).pseudonym()).toEqual(kept);
      expect(await keys.subject('t1', randomBytes(32).toString('hex')).pseudonym()).not.toEqual(kept);
      expect(await keys.subject('t2', subjectKey).pseudonym()).not.toEqual(kept);
    });

    it('finds them after a restart, after the loss of the database, and after the loss of the shelf', async () => {
      const database = await freshDatabase();
      const secret = await (await openKeys(database)).subject('t1', subjectKey).pseudonym();
      expect(await (await openKeys(database)).subject('t1', subjectKey).pseudonym()).toEqual(secret);
      const emptied = await freshDatabase();
      expect(await (await openKeys(emptied)).subject('t1', subjectKey).pseudonym()).toEqual(secret);
      shelf.standing.clear();
      expect(await (await openKeys(emptied)).subject('t1', subjectKey).pseudonym()).toEqual(secret);
    });

    it('shows none of a secret on the shelf', async () => {
      const secret = await (await openKeys()).subject('t1', subjectKey).pseudonym();
      const standing = Buffer.concat([...shelf.standing.values()]);
      for (const form of [secret, secret.toString('hex'), secret.toString('base64')])
        expect(standing.includes(form)).toBe(false);
    });

    it('opens an archived object only by its name, content, subject and tenant', async () => {
      const keys = await openKeys();
      const plain = randomBytes(3_000_000);
      const sealed = await bytesOf(
        (await keys.subject('t1', subjectKey).archive('name', 'content')).seal(only(plain)),
      );
      const open = async (tenant: string, key: string, name: string, content: string) =>
        outcomeOf((await keys.subject(tenant, key).openArchive(name, content)).open(only(sealed)));
      await Promise.all([
        keys.subject('t1', 'f'.repeat(64)).archive('name', 'content'),
        keys.subject('t2', subjectKey).archive('name', 'content'),
      ]);
      expect(await open('t1', subjectKey, 'name', 'content')).toBe('opened');
      expect(await open('t1', subjectKey, 'other', 'content')).toBe('CRYPTO_OPEN_FAILED');
      expect(await open('t1', subjectKey, 'name', 'other')).toBe('CRYPTO_OPEN_FAILED');
      expect(await open('t1', 'f'.repeat(64), 'name', 'content')).toBe('CRYPTO_OPEN_FAILED');
      expect(await open('t2', subjectKey, 'name', 'content')).toBe('CRYPTO_OPEN_FAILED');
    });

    it('refuses a secret that was moved to another subject or purpose, or changed', async () => {
      await (await openKeys()).subject('t1', subjectKey).pseudonym();
      const wrapped = shelf.standing.get(shelfName(subjectKey, 'pseudonym')) as Buffer;
      const other = 'e'.repeat(64);
      shelf.standing.set(shelfName(other, 'pseudonym'), wrapped);
      shelf.standing.set(shelfName(other, 'archive'), wrapped);
      const changed = Buffer.from(wrapped);
      changed[changed.length - 1]! ^= 1;
      shelf.standing.set(shelfName(subjectKey, 'pseudonym'), changed);
      const keys = await openKeys();
      const refused = { code: 'CRYPTO_OPEN_FAILED' };
      await expect(keys.subject('t1', other).pseudonym()).rejects.toMatchObject(refused);
      await expect(keys.subject('t1', other).archive('name', 'content')).rejects.toMatchObject(refused);
      await expect(keys.subject('t1', subjectKey).pseudonym()).rejects.toMatchObject(refused);
      shelf.standing.set(shelfName(subjectKey, 'pseudonym'), wrapped);
      await expect(keys.subject('t1', subjectKey).pseudonym()).resolves.toHaveLength(32);
    });

    it.each(['openArchive', 'archiveMore'] as const)(
      'makes no secret by %s: an erased or absent one is missing for good',
      async (what) => {
        const database = await freshDatabase();
        for (const keys of [await openKeys(), await openKeys(database)]) {
          const asked = keys.subject('t1', subjectKey)[what]('name', 'content');
          await expect(asked).rejects.toMatchObject({ code: 'CRYPTO_SECRET_MISSING', kind: 'permanent' });
        }
        expect(shelf.standing.size).toBe(0);
      },
    );

    it('seals more under the secret that stands', async () => {
      await (await openKeys()).subject('t1', subjectKey).archive('first', 'content');
      const subject = (await openKeys()).subject('t1', subjectKey);
      const sealed = await bytesOf(
        (await subject.archiveMore('more', 'content')).seal(only(Buffer.from('x'))),
      );
      expect(await outcomeOf((await subject.openArchive('more', 'content')).open(only(sealed)))).toBe(
        'opened',
      );
    });

    it('an opening that misses a secret does not hinder who makes it at the same time', async () => {
      const subject = (await openKeys()).subject('t1', subjectKey);
      const both = [subject.openArchive('name', 'content'), subject.archive('name', 'content')];
      expect((await Promise.allSettled(both)).at(1)?.status).toBe('fulfilled');
      await expect(subject.openArchive('name', 'content')).resolves.toBeDefined();
    });

    it('opens with a secret that only the database, or only the shelf, has', async () => {
      const database = await freshDatabase();
      const open = async (keys: Keys) => keys.subject('t1', subjectKey).openArchive('name', 'content');
      await (await openKeys(database)).subject('t1', subjectKey).archive('name', 'content');
      await expect(open(await openKeys(await freshDatabase()))).resolves.toBeDefined();
      shelf.standing.clear();
      await expect(open(await openKeys(database))).resolves.toBeDefined();
    });

    it('uses no secret that does not stand yet', async () => {
      const full = new Error('the shelf is full');
      const keys = await place.open({ shelf: { ...shelf, putIfAbsent: () => Promise.reject(full) } });
      opened.push(keys);
      await expect(keys.subject('t1', subjectKey).pseudonym()).rejects.toBe(full);
      await expect(keys.tenant('t1', ['tenant-uid'])).rejects.toBe(full);
    });

    it('forgets an erased subject within five minutes', async () => {
      const keys = await openKeys();
      const before = await keys.subject('t1', subjectKey).pseudonym();
      shelf.standing.clear();
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
      try {
        expect(await keys.subject('t1', subjectKey).pseudonym()).toEqual(before);
        vi.setSystemTime(Date.now() + 5 * 60_000);
        expect(await keys.subject('t1', subjectKey).pseudonym()).not.toEqual(before);
      } finally {
        vi.useRealTimers();
      }
    });
  });
}
