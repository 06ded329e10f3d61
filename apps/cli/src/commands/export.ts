import type { ObjectRow } from '@sluice/archival/rows/tables';
import { EXIT, parse, usage, type Command } from '../command.js';
import type { Folder } from '../desk.js';
import { withDoors, type Doors } from '../doors.js';
import { openAsPerson } from '../open-as-person.js';
import { type ProofFinder, proofFinder, writeNote } from '../release/write-note.js';

const OPTIONS = {
  study: { type: 'string' },
  all: { type: 'boolean' },
  kind: { type: 'string' },
  out: { type: 'string' },
} as const;

const KINDS = ['raw', 'clean', 'result'];

/** `sluice export`: opens sealed objects for the person who asks; each opening is recorded first. */
export const exportObjects: Command = {
  summary:
    'open sealed objects into a folder (0600; recorded in the audit trail), clean ones with their notes',
  usage: [`export (--study KEY | --all) --kind ${KINDS.join('|')} --out FOLDER`],
  async run(args, output, desk) {
    const { values } = parse(args, OPTIONS);
    const { study, all, kind, out } = values;
    if (!out || !kind || !KINDS.includes(kind) || Boolean(study) === Boolean(all))
      throw usage('export needs --study KEY or --all, --kind and --out');
    const take = async (doors: Doors) => {
      const rows = await objectsOf(doors, { kind, study });
      const folder = await desk.folder(out);
      const findProof = proofFinder(doors);
      let notes = 0;
      for (const [at, row] of rows.entries()) {
        const file = await exportOne(doors, row, folder);
        const note = kind === 'clean' ? await exportNote(findProof, row, folder) : undefined;
        notes += note ? 1 : 0;
        output.progress('exported', at + 1, rows.length);
        output.value({ studyKey: row.study_key, instanceKey: row.instance_key, kind, file, note });
      }
      output.say(
        `${rows.length} ${kind} objects in ${out}${kind === 'raw' ? ': they identify patients, keep them safe' : ''}`,
      );
      if (kind === 'clean' && notes < rows.length)
        output.say(
          `${rows.length - notes} have no note: their study has no manifest yet, or none from before it`,
        );
      return rows.length > 0 ? EXIT.done : EXIT.incomplete;
    };
    return withDoors(take, { person: desk.person });
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

async function exportOne(doors: Doors, row: ObjectRow, folder: Folder): Promise<string> {
  const subject = { studyKey: row.study_key, instanceKey: row.instance_key, objectKind: row.kind };
  return openAsPerson(doors, { row, action: 'export', subject }, (opened) =>
    folder.put(`${fileName(row)}.${suffixOf(row)}`, opened),
  );
}

/** Undefined where there is none: the study has no manifest yet, or its copy is from before there were notes. */
async function exportNote(
  findProof: ProofFinder,
  row: ObjectRow,
  folder: Folder,
): Promise<string | undefined> {
  const proof = await findProof(row);
  return proof && writeNote(folder, `${fileName(row)}.note.json`, proof);
}

/** Without its suffix; behind the content stands what makes the object itself: a clean copy's outcome, which result it is. */
function fileName(row: ObjectRow): string {
  const made = /-([0-9a-f]{16}(-[a-z]+)?)$/.exec(row.name)?.[1];
  const parts = [row.instance_key.slice(0, 32), row.content_key.slice(0, 16), ...(made ? [made] : [])];
  return parts.join('-');
}

/** Of results two kinds are no DICOM. */
function suffixOf({ kind, name }: ObjectRow): string {
  if (kind !== 'result') return 'dcm';
  return name.endsWith('-finding') ? 'json' : name.endsWith('-picture') ? 'png' : 'dcm';
}
