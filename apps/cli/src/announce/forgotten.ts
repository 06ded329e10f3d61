import { readFile, stat } from 'node:fs/promises';
import { KeyedDigest, TenantId } from '@sluice/contracts';
import { usage } from '../command.js';

/** Half a million people. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Reads the list of who was forgotten: lines `tenant subjectKey`, the last one with or without its end; nobody when there is no file.
 * @throws SluiceError CLI_USAGE when it cannot be read or one line is anything else: half a list would bring people back
 */
export async function readForgotten(file: string | undefined): Promise<ReadonlySet<string>> {
  if (file === undefined) return new Set();
  const text = await textOf(file);
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  const wrong = lines.findIndex((line) => !isSubject(line));
  if (wrong >= 0) throw usage(`--forgotten: line ${wrong + 1} is no "tenant subjectKey"; nothing was done`);
  return new Set(lines);
}

async function textOf(file: string): Promise<string> {
  const size = await stat(file).then(
    (found) => (found.isFile() ? found.size : Infinity),
    () => Infinity,
  );
  if (size > MOST_BYTES) throw usage('--forgotten: this is no file of up to 64 MiB that can be read');
  return readFile(file, 'utf8');
}

function isSubject(line: string): boolean {
  const [tenant, subjectKey, ...more] = line.split(' ');
  return more.length === 0 && TenantId.safeParse(tenant).success && KeyedDigest.safeParse(subjectKey).success;
}
