import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSigning, KEY_PURPOSES } from '@sluice/contracts';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { ACTION_OF_COMMAND, s3CallOf } from './calls.js';
import { allowedBy, type Call } from './evaluate.js';
import { IAM_FOLDER, purposesOf, readGrants } from './grants.js';
import { keyPolicy, type Policy, principalOf, rolePolicy } from './policies.js';

const ROOT = join(import.meta.dirname, '../..');
const GRANTS = readGrants();
/** Characters of a managed policy without white space (IAM and STS quotas). */
const MOST_CHARACTERS = 6_144;
const SERVICES = ['intake', 'scrubbing', 'inference', 'encryption', 'archival'];

const FILES: Readonly<Record<string, Policy>> = Object.fromEntries([
  ...Object.entries(GRANTS).map(([role, grant]) => [`${role}.json`, rolePolicy(grant)]),
  ...KEY_PURPOSES.map((purpose) => [`keys/${purpose}.json`, keyPolicy(purpose, GRANTS)]),
]);

describe('deploy/iam holds the policies that the grants make (UPDATE_IAM=1 writes them)', () => {
  it.each(Object.entries(FILES))('%s', async (name, policy) => {
    const file = new URL(name, IAM_FOLDER);
    const expected = await format(JSON.stringify(policy), { parser: 'json', printWidth: 110 });
    if (process.env['UPDATE_IAM'] === '1') writeFileSync(file, expected);
    expect(readFileSync(file, 'utf8')).toBe(expected);
  });

  it.each(Object.keys(GRANTS))('%s fits in a managed policy, with longer names filled in too', (role) => {
    const text = JSON.stringify(rolePolicy(GRANTS[role]!)).replaceAll('BUCKET', 'b'.repeat(63));
    const filled = text.replaceAll('REGION', 'ap-southeast-1').replaceAll('ACCOUNT', '1'.repeat(12));
    expect(filled.length).toBeLessThan(MOST_CHARACTERS);
  });

  it('and no other', () => {
    const there = readdirSync(IAM_FOLDER, { recursive: true }).map(String);
    expect(there.filter((name) => name.endsWith('.json') && name !== 'grants.json').sort()).toEqual(
      Object.keys(FILES).sort(),
    );
  });
});

describe('grants', () => {
  it.each(SERVICES)('%s is granted the key purposes that its code asks for', async (room) => {
    const page = await readFile(join(ROOT, 'ARCHITECTURE.md'), 'utf8');
    // test/docs/key-purposes.spec.ts holds that table against the code.
    const row = new RegExp(`^\\| \`${room}\` *\\| (\`.*) \\|$`, 'm').exec(page)?.[1] ?? '';
    expect(purposesOf(GRANTS[room]!)).toEqual([...row.matchAll(/`([^`]+)`/g)].map(([, name]) => name).sort());
  });

  it('nobody but the check-up has all purposes, and nobody may administer a key, overwrite a policy or make a bucket', () => {
    for (const [role, grant] of Object.entries(GRANTS)) {
      expect(purposesOf(grant).length === KEY_PURPOSES.length).toBe(role === 'doctor');
      for (const { Action } of rolePolicy(grant).Statement)
        for (const action of Action)
          expect(Object.values({ ...ACTION_OF_COMMAND, DeleteVersion })).toContain(action);
    }
  });
});

/** A delete that names a version is another action than one that does not. */
const DeleteVersion = 's3:DeleteObjectVersion';

describe('the doors to AWS', () => {
  const sourceOf = async (room: string) => {
    const files = await Array.fromAsync(glob(`libs/${room}/src/**/*.ts`, { cwd: ROOT }));
    // Set-up makes buckets and keys, under an administrator's credentials; no service does.
    const own = files.filter((file) => !/\.spec\.ts$|\/testing\/|create-(bucket|kms-keys)\.ts$/.test(file));
    return (await Promise.all(own.map((file) => readFile(join(ROOT, file), 'utf8')))).join('\n');
  };

  it('use the commands whose actions are known here, and no others', async () => {
    const store = await sourceOf('store');
    const commands = [...store.matchAll(/\b(?:new (\w+Command)\(|(paginate\w+)\()/g)].map(
      ([, a, b]) => a ?? b,
    );
    const crypto = await sourceOf('crypto');
    const calls = [...crypto.matchAll(/\bclient\s*\.(\w+)\(/g)].map(([, name]) => name);
    const ours = new Set(['destroy', 'encryptStream', 'decryptUnsignedMessageStream']);
    // The Encryption SDK's type wants it; with one wrapping key it is never called: the guarded run would refuse it.
    const neverCalled = 'encrypt';
    expect(
      [...new Set([...commands, ...calls])].filter((name) => !ours.has(name!) && name !== neverCalled).sort(),
    ).toEqual(Object.keys(ACTION_OF_COMMAND).sort());
  });
});

describe('what a policy says', () => {
  const call = (
    action: string,
    alias: string,
    context: Record<string, string> = {},
    role = 'scrubbing',
  ): Call => ({
    action,
    resource: 'arn:aws:kms:REGION:ACCOUNT:key/1',
    principal: principalOf(role),
    context: {
      'kms:ResourceAliases': [`alias/sluice-${alias}`],
      ...Object.fromEntries(
        Object.entries(context).map(([key, value]) => [`kms:EncryptionContext:${key}`, [value]]),
      ),
    },
  });
  const object = (action: string, name: string, context: Call['context'] = {}): Call => ({
    action,
    resource: `arn:aws:s3:::BUCKET/${name}`,
    context,
  });
  const scrubbing = rolePolicy(GRANTS['scrubbing']!);

  it.each<[string, Call, string | undefined]>([
    ['opens raw staging', call('kms:Decrypt', 'staging-raw', { purpose: 'staging-raw' }), 'OpenStagingRaw'],
    ['not in another context', call('kms:Decrypt', 'staging-raw', { purpose: 'archive' }), undefined],
    ['not without a context', call('kms:Decrypt', 'staging-raw'), undefined],
    ['does not seal it', call('kms:GenerateDataKey', 'staging-raw', { purpose: 'staging-raw' }), undefined],
    ['does not open archives', call('kms:Decrypt', 'archive', { purpose: 'archive' }), undefined],
    ['reads raw staging', object('s3:GetObject', 'staging/t1/raw/a/b'), 'Read'],
    ['reads no archive', object('s3:GetObject', 'archive/t1/raw/a/b'), undefined],
    ['removes its probe', object('s3:DeleteObject', 'probe/a/race'), 'Remove'],
    ['and nothing else', object('s3:DeleteObject', 'staging/t1/raw/a/b'), undefined],
    ['reads its own secrets', object('s3:GetObject', 'secrets/t1/a/pseudonym'), 'Write'],
    ['not those of archives', object('s3:GetObject', 'secrets/t1/a/archive'), undefined],
  ])('of scrubbing: %s', (_, asked, sid) => expect(allowedBy(scrubbing, asked)).toBe(sid));

  const CLEAN = 'staging/t1/clean/a/b';
  it.each<[string, string, string, Record<string, string>, string | undefined]>([
    ['makes an object where none stands', 'PUT', CLEAN, { 'if-none-match': '*' }, 'Write'],
    ['replaces none', 'PUT', CLEAN, {}, undefined],
    ['starts one in parts', 'POST', `${CLEAN}?uploads=`, {}, 'Write'],
    ['sends its parts', 'PUT', `${CLEAN}?partNumber=2&uploadId=1`, {}, 'Write'],
    ['completes it where none stands', 'POST', `${CLEAN}?uploadId=1`, { 'if-none-match': '*' }, 'Write'],
    ['replaces none by its parts', 'POST', `${CLEAN}?uploadId=1`, {}, undefined],
    ['gives it up', 'DELETE', `${CLEAN}?uploadId=1`, {}, 'Write'],
    ['makes none of another room', 'PUT', 'staging/t1/raw/a/b', { 'if-none-match': '*' }, undefined],
  ])('of scrubbing: %s (%s %s)', (_, method, path, headers, sid) => {
    const { action, key, context } = s3CallOf(method, new URL(`http://s3/bucket/${path}`), headers);
    expect(allowedBy(scrubbing, object(action, key, context))).toBe(sid);
  });

  it('replaces no object, even where another policy of the role allows every put', () => {
    const broad: Policy['Statement'] = [
      { Sid: 'Broad', Effect: 'Allow', Action: ['s3:PutObject'], Resource: ['arn:aws:s3:::BUCKET/*'] },
    ];
    const put = { 's3:ObjectCreationOperation': ['true'] };
    for (const grant of Object.values(GRANTS)) {
      const policy = { ...rolePolicy(grant), Statement: [...broad, ...rolePolicy(grant).Statement] };
      const asked = object('s3:PutObject', 'archive/t1/raw/a/b', put);
      expect(allowedBy(policy, asked)).toBeUndefined();
      const conditional = { ...put, 's3:if-none-match': ['*'] };
      expect(allowedBy(policy, { ...asked, context: conditional })).toBe('Broad');
    }
  });

  it.each(KEY_PURPOSES.filter((purpose) => !isSigning(purpose)))(
    'of the check-up, and of the key: what is sealed for a tenant as %s is not opened, and nothing is sealed as theirs',
    (purpose) => {
      const policies = [rolePolicy(GRANTS['doctor']!), keyPolicy(purpose, GRANTS)];
      for (const action of ['kms:GenerateDataKey', 'kms:Decrypt'])
        for (const policy of policies) {
          const ask = (tenant: object) =>
            allowedBy(policy, call(action, purpose, { purpose, ...tenant }, 'doctor'));
          expect(ask({ tenant: 'doctor-probe', run: '1' })).toBeDefined();
          expect(ask({ tenant: 't1' })).toBeUndefined();
          expect(ask({})).toBeUndefined();
        }
    },
  );

  it('of the key says the same', () => {
    const ask = (purpose: (typeof KEY_PURPOSES)[number], action: string, asPurpose: string = purpose) =>
      allowedBy(keyPolicy(purpose, GRANTS), call(action, purpose, { purpose: asPurpose }));
    expect(ask('staging-raw', 'kms:Decrypt')).toBe('Open');
    expect(ask('staging-raw', 'kms:Decrypt', 'archive')).toBeUndefined();
    expect(ask('staging-raw', 'kms:GenerateDataKey')).toBeUndefined();
    expect(ask('archive', 'kms:Decrypt')).toBeUndefined();
    expect(ask('archive', 'kms:ScheduleKeyDeletion')).toBeUndefined();
  });
});
