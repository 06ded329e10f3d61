import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { SluiceError } from '@sluice/contracts';

/** One picture with its mask: the manifest's columns by name. */
export type Row = Readonly<Record<string, string>>;

const MOST_ROWS = 200_000;
const MOST_BYTES = 256 * 1024 * 1024;
const NEEDED = ['id', 'image', 'mask'];

/** All rows of a folder's MANIFEST.tsv (a line of column names, then one line per picture). @throws SluiceError INFERENCE_DATA_INVALID */
export async function readManifest(folder: string): Promise<Row[]> {
  const text = await readFile(join(folder, 'MANIFEST.tsv'), 'utf8').catch((cause: unknown) => {
    throw invalid('there is no manifest', cause);
  });
  if (text.length > MOST_BYTES) throw invalid('the manifest is too long');
  const [head = '', ...lines] = text.split(/\r?\n/).filter((line) => line !== '');
  const columns = head.split('\t');
  if (lines.length === 0 || lines.length > MOST_ROWS) throw invalid('the manifest has no rows, or too many');
  if (NEEDED.some((column) => !columns.includes(column)))
    throw invalid('the manifest lacks id, image or mask');
  const rows = lines.map((line) => rowOf(columns, line.split('\t')));
  if (new Set(rows.map((row) => row['id'])).size !== rows.length)
    throw invalid('the manifest has an id twice');
  return rows;
}

function rowOf(columns: readonly string[], cells: readonly string[]): Row {
  return Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? '']));
}

/** A file that a row names, inside the folder and of the digest that the manifest gives, if it does. @throws SluiceError INFERENCE_DATA_INVALID */
export async function readRowFile(folder: string, row: Row, column: 'image' | 'mask'): Promise<Buffer> {
  const [home, file] = await Promise.all([
    realpath(folder),
    realpath(join(folder, row[column] ?? '')).catch((cause: unknown) => {
      throw invalid('a file of the manifest is missing', cause);
    }),
  ]);
  if (!file.startsWith(home + sep)) throw invalid('a file of the manifest lies outside the folder');
  const bytes = await readFile(file);
  const wanted = row[`${column}_sha256`];
  if (wanted && createHash('sha256').update(bytes).digest('hex') !== wanted)
    throw invalid('a file is not the one of the manifest');
  return bytes;
}

/** Data that no honest figure can come from. */
export function invalid(detail: string, cause?: unknown): SluiceError {
  return new SluiceError('INFERENCE_DATA_INVALID', { detail, cause });
}
