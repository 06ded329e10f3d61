import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import { openArchived } from '@sluice/archival/open-archived';
import type { ObjectRow } from '@sluice/archival/rows/tables';
import { openForPerson } from '@sluice/audit';
import { EXIT, parse, usage, type Command } from '../command.js';
import { withDoors, type Doors } from '../doors.js';
import { privateFile } from '../private-file.js';

const OPTIONS = {
  study: { type: 'string' },
  all: { type: 'boolean' },
  kind: { type: 'string' },
  out: { type: 'string' },
} as const;

/** `sluice export`: opens sealed objects for the person at the keyboard; each opening is recorded first. */
export const exportObjects: Command = {
  summary: 'open sealed objects into a folder (0600; recorded in the audit trail)',
  usage: ['export (--study KEY | --all) --kind raw|clean --out FOLDER'],
  async run(args, output) {
    const { values } = parse(args, OPTIONS);
    const { study, all, kind, out } = values;
    if (!out || (kind !== 'raw' && kind !== 'clean') || Boolean(study) === Boolean(all))
      throw usage('export needs --study KEY or --all, --kind and --out');
    await mkdir(out, { recursive: true, mode: 0o700 });
    return withDoors(async (doors) => {
      const rows = await objectsOf(doors, { kind, study });
      for (const [at, row] of rows.entries()) {
        const file = join(out, fileName(row));
        await exportOne(doors, row, file);
        output.progress('exported', at + 1, rows.length);
        output.value({ studyKey: row.study_key, instanceKey: row.instance_key, kind, file });
      }
      output.say(
        `${rows.length} ${kind} objects in ${out}${kind === 'raw' ? ': they identify patients, keep them safe' : ''}`,
      );
      return rows.length > 0 ? EXIT.done : EXIT.incomplete;
    });
  },
};

/** The start of a study key is enough when it names one study. */
async function objectsOf(
  doors: Doors,
  { kind, study }: { kind: string; study: string | undefined },
): Promise<ObjectRow[]> {
  const tables = await doors.index();
  const query = tables.selectFrom('archival_objects').selectAll().where('kind', '=', kind).orderBy('name');
  if (study === undefined) return query.execute();
  if (!/^[0-9a-f]{8,64}$/.test(study))
    throw usage('--study is at least the first 8 characters of a study key');
  const rows = await query.where('study_key', 'like', `${study}%`).execute();
  if (new Set(rows.map((row) => row.study_key)).size > 1)
    throw usage('--study fits several studies: give more of the key');
  return rows;
}

async function exportOne(doors: Doors, row: ObjectRow, file: string): Promise<void> {
  const [store, keys, audit] = await Promise.all([doors.store(), doors.keys(), doors.audit()]);
  const entry = {
    tenant: row.tenant,
    actor: { kind: 'person', name: userInfo().username },
    action: 'export',
    subject: { studyKey: row.study_key, instanceKey: row.instance_key, objectKind: row.kind },
  } as const;
  await openForPerson(audit, entry, async () => {
    const archived = { name: row.name, digest: row.digest, sizeBytes: row.size_bytes };
    const object = { tenant: row.tenant, subjectKey: row.subject_key, contentKey: row.content_key, archived };
    await privateFile(file, async (draft) => {
      await draft.write(await openArchived({ store, keys }, object));
      await draft.keep();
    });
  });
}

const fileName = (row: ObjectRow): string =>
  `${row.instance_key.slice(0, 32)}-${row.content_key.slice(0, 16)}.dcm`;
