import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkRelease, refusalOf } from '@sluice/cli/release/check-release';
import { readKeyFile, readProof } from '@sluice/cli/release/read-release';
import type { Machine } from './machine.js';

/** SHA-256 of exported objects by file name, the same for the same object at any time. */
export type Exported = ReadonlyMap<string, string>;

/** Has `sluice export` open all objects of a kind into `folder`. */
export async function exported(machine: Machine, kind: 'raw' | 'clean', folder: string): Promise<Exported> {
  const { code, stderr } = await machine.sluice('export', '--all', '--kind', kind, '--out', folder);
  if (code !== 0) throw new Error(`export ended with ${code}: ${stderr}`);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.dcm')).sort();
  return new Map(
    await Promise.all(names.map(async (name) => [name, await digestOf(join(folder, name))] as const)),
  );
}

const digestOf = async (file: string) =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

/** Of the exported objects those that their note, under the public key of `keyFile`, does not prove; and how many it does. */
export async function unproven(
  folder: string,
  objects: Exported,
  keyFile: string,
): Promise<{ proven: number; refused: string[] }> {
  const key = await readKeyFile(keyFile);
  const refused: string[] = [];
  for (const [name, sha256] of objects) {
    const proof = await readProof(join(folder, name.replace(/dcm$/, 'note.json')));
    const sizeBytes = (await readFile(join(folder, name))).length;
    const code = refusalOf(checkRelease(proof, { sha256, sizeBytes }, key));
    if (code) refused.push(`${name}: ${code}`);
  }
  return { proven: objects.size - refused.length, refused };
}
