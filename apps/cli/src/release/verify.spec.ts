import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leavesOf, signRoot } from '@sluice/archival/release/sign-root';
import { canonicalJson, type ReleaseNote, type ReleaseProof } from '@sluice/contracts';
import { inclusionPaths, type Keys, openKeys } from '@sluice/crypto';
import { memoryShelf } from '@sluice/crypto/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verify } from '../commands/verify.js';
import { ownDesk } from '../desk.js';
import { withDoors } from '../doors.js';
import type { Output } from '../output.js';

const OBJECT = Buffer.from('a released object '.repeat(10_000));
const SHA256 = createHash('sha256').update(OBJECT).digest('hex');

let folder: string;
let keys: Keys;
let otherKeys: Keys;
let proof: ReleaseProof;

const noteOf = (sha256: string): ReleaseNote => ({
  schema: 'release.note.v1',
  profile: { name: 'research', digest: 'b'.repeat(64) },
  codeVersion: '1',
  before: { contentKey: 'e'.repeat(64) },
  after: {
    ...{ sha256, sizeBytes: OBJECT.length },
    ...{
      SOPClassUID: '1.2.3',
      SOPInstanceUID: '2.25.1',
      SeriesInstanceUID: '2.25.2',
      StudyInstanceUID: '2.25.3',
    },
    TransferSyntaxUID: '1.2.840.10008.1.2.1',
  },
  actions: { kept: 3, removed: 1, emptied: 0, replaced: 1, cleaned: 0, datesShifted: 2, uidsMapped: 4 },
  pixels: { verdict: 'not-needed', by: 'none', masks: [], unlistedMasks: 0 },
  residual: { verdict: 'passed', engines: ['bytes'] },
});

/** The third of five notes of a study is our object's. */
async function releasedBy(signer: Keys): Promise<ReleaseProof> {
  const notes = [1, 2, 3, 4, 5].map((n) => noteOf(n === 3 ? SHA256 : `${n}`.repeat(64)));
  const leaves = leavesOf(notes);
  const path = inclusionPaths(leaves)[2]!.map((hash) => hash.toString('hex'));
  const signed = await signRoot(signer, notes, { digest: 'f'.repeat(64), version: 2 });
  return {
    schema: 'release.proof.v1',
    note: notes[2]!,
    leaf: { index: 2, hash: leaves[2]!.toString('hex'), path },
    signed,
  };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-verify-'));
  keys = await openKeys(`local:${join(folder, 'keys')}`, { shelf: memoryShelf() });
  otherKeys = await openKeys(`local:${join(folder, 'other-keys')}`, { shelf: memoryShelf() });
  proof = await releasedBy(keys);
  await writeFile(join(folder, 'object.dcm'), OBJECT);
  await writeFile(join(folder, 'changed.dcm'), Buffer.concat([OBJECT.subarray(1), Buffer.from('!')]));
  await writeFile(join(folder, 'longer.dcm'), Buffer.concat([OBJECT, Buffer.from('!')]));
  await writeFile(join(folder, 'key.pem'), (await keys.releaseKey()).pem);
  await writeFile(join(folder, 'other.pem'), (await otherKeys.releaseKey()).pem);
});
afterAll(async () => {
  await Promise.all([keys.close(), otherKeys.close()]);
  await rm(folder, { recursive: true });
});

interface Said {
  readonly exit: number;
  readonly value: { proven: boolean; code?: string; checks: Record<string, boolean> };
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly lines: readonly string[];
}

async function run(note: unknown, { object = 'object.dcm', key = 'key.pem' } = {}): Promise<Said> {
  const file = join(folder, 'note.json');
  await writeFile(file, typeof note === 'string' ? note : JSON.stringify(note, null, 2));
  const [rows, lines, values]: [Said['rows'][number][], string[], unknown[]] = [[], [], []];
  const output: Output = {
    json: false,
    table: (more) => void rows.push(...more),
    say: (line) => void lines.push(line),
    value: (value) => void values.push(value),
    complain: (text) => void lines.push(text),
    progress: () => {},
  };
  const exit = await verify.run([file, join(folder, object), '--key', join(folder, key)], output, ownDesk());
  return { exit, value: values[0] as Said['value'], rows, lines };
}

const flipped = (hex: string): string => (hex.startsWith('0') ? '1' : '0') + hex.slice(1);
const withRoot = (more: Partial<ReleaseProof['signed']['root']>): ReleaseProof => ({
  ...proof,
  signed: { ...proof.signed, root: { ...proof.signed.root, ...more } },
});

describe('sluice verify', () => {
  it('proves an object by its note and the public key alone, in whatever order the note is written', async () => {
    const said = await run(proof);
    expect(said.exit).toBe(0);
    expect(said.value).toMatchObject({
      proven: true,
      checks: { object: true, note: true, proof: true, signature: true, key: true },
    });
    expect(said.rows.map((row) => row['result'])).toEqual(Array(5).fill('holds'));
    expect(said.lines.join()).toContain('2 datesShifted');
    const turned = { ...proof, note: Object.fromEntries(Object.entries(proof.note).reverse()) };
    expect((await run(turned)).exit).toBe(0);
    expect((await run(JSON.parse(canonicalJson(proof)))).exit).toBe(0);
  });

  it.each([
    ['an object that was changed', { object: 'changed.dcm' }, 'CLI_OBJECT_CHANGED'],
    ['an object that is longer', { object: 'longer.dcm' }, 'CLI_OBJECT_CHANGED'],
    ['another key', { key: 'other.pem' }, 'CLI_KEY_DIFFERS'],
  ])('refuses %s', async (_what, files, code) => {
    const said = await run(proof, files);
    expect([said.exit, said.value.proven, said.value.code]).toEqual([1, false, code]);
    expect(said.lines.join()).toContain(`NOT PROVEN: ${code}`);
    expect(said.rows.some((row) => row['result'] === 'BROKEN')).toBe(true);
  });

  const changes: readonly [string, () => ReleaseProof, string][] = [
    [
      'a note that says another count',
      () => ({ ...proof, note: { ...proof.note, actions: { ...proof.note.actions, removed: 2 } } }),
      'CLI_NOTE_CHANGED',
    ],
    ['a note of another object', () => ({ ...proof, note: noteOf('1'.repeat(64)) }), 'CLI_NOTE_CHANGED'],
    [
      'a leaf made for a changed note',
      () => {
        const note = { ...proof.note, codeVersion: '2' };
        return { ...proof, note, leaf: { ...proof.leaf, hash: leavesOf([note])[0]!.toString('hex') } };
      },
      'CLI_PROOF_CHANGED',
    ],
    [
      'a path with another hash',
      () => ({ ...proof, leaf: { ...proof.leaf, path: proof.leaf.path.map(flipped) } }),
      'CLI_PROOF_CHANGED',
    ],
    [
      'a path that is shorter',
      () => ({ ...proof, leaf: { ...proof.leaf, path: proof.leaf.path.slice(1) } }),
      'CLI_PROOF_CHANGED',
    ],
    [
      'another place in the tree',
      () => ({ ...proof, leaf: { ...proof.leaf, index: 3 } }),
      'CLI_PROOF_CHANGED',
    ],
    [
      'a place outside of the tree',
      () => ({ ...proof, leaf: { ...proof.leaf, index: 5 } }),
      'CLI_PROOF_CHANGED',
    ],
    ['another root', () => withRoot({ root: flipped(proof.signed.root.root) }), 'CLI_ROOT_CHANGED'],
    ['another number of notes', () => withRoot({ notes: 2 }), 'CLI_ROOT_CHANGED'],
    ['another manifest', () => withRoot({ manifest: '0'.repeat(64) }), 'CLI_SIGNATURE_WRONG'],
    ['another version', () => withRoot({ version: 1 }), 'CLI_SIGNATURE_WRONG'],
    ['a root that names another key', () => withRoot({ key: '0'.repeat(64) }), 'CLI_KEY_DIFFERS'],
    [
      'a signature that was changed',
      () => {
        const bytes = Buffer.from(proof.signed.signature, 'base64');
        bytes[20]! ^= 1;
        return { ...proof, signed: { ...proof.signed, signature: bytes.toString('base64') } };
      },
      'CLI_SIGNATURE_WRONG',
    ],
    ['no signature', () => ({ ...proof, signed: { ...proof.signed, signature: '' } }), 'CLI_SIGNATURE_WRONG'],
  ];
  it.each(changes)('refuses %s', async (_what, change, code) => {
    const said = await run(change());
    expect([said.exit, said.value.proven, said.value.code]).toEqual([1, false, code]);
  });

  it('refuses a whole release that somebody else signed, also under the name of our key', async () => {
    const forged = await releasedBy(otherKeys);
    expect((await run(forged)).value.code).toBe('CLI_KEY_DIFFERS');
    const key = proof.signed.root.key;
    const renamed = { ...forged, signed: { ...forged.signed, root: { ...forged.signed.root, key } } };
    expect((await run(renamed)).value.code).toBe('CLI_SIGNATURE_WRONG');
  });

  it.each([
    ['no JSON', 'DICM'],
    ['no proof', '{}'],
    ['too long', ' '.repeat(8 * 1024 * 1024 + 1)],
  ])('takes no note that is %s', async (_what, text) => {
    await expect(run(text)).rejects.toMatchObject({ kind: 'permanent' });
  });

  it('takes no field that it does not know', async () => {
    const more = { ...proof, note: { ...proof.note, releasedAt: '2026-01-01' } };
    await expect(run(more)).rejects.toMatchObject({ code: 'CLI_NOTE_INVALID' });
  });

  it('takes no key that is none, and no file that is not there', async () => {
    await expect(run(proof, { key: 'object.dcm' })).rejects.toMatchObject({ kind: 'permanent' });
    await expect(run(proof, { key: 'nowhere.pem' })).rejects.toMatchObject({ code: 'CLI_FILE_UNREADABLE' });
    await expect(run(proof, { object: 'nowhere.dcm' })).rejects.toMatchObject({
      code: 'CLI_FILE_UNREADABLE',
    });
  });
});

describe('the key of an installation', () => {
  it('is read, and none is made where there is none', async () => {
    const settings = { KEYS_URL: `local:${join(folder, 'keys')}` };
    const read = await withDoors((doors) => doors.releaseKey(), { environment: settings });
    expect(read.id).toBe(proof.signed.root.key);
    const nowhere = { KEYS_URL: `local:${join(folder, 'nowhere')}` };
    await expect(withDoors((doors) => doors.releaseKey(), { environment: nowhere })).rejects.toMatchObject({
      code: 'CRYPTO_MASTER_KEY_MISSING',
    });
    expect(await readdir(folder)).not.toContain('nowhere');
  });
});
