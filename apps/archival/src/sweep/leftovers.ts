import type { ArchivalDoors } from '../doors.js';

/** What is looked at, and who is told what cannot be relied on. */
export interface LeftoverDoors extends Pick<ArchivalDoors, 'store' | 'tables' | 'awaitsInference'> {
  /** These stay: a row describes an archived copy of each, and the store has none, or another. */
  readonly onLost?: ((names: readonly string[]) => void) | undefined;
}
type Tables = Pick<ArchivalDoors, 'tables' | 'awaitsInference'>;

/** Of these staged objects, all of one kind, those that nobody will ask for again. */
type Leftovers = (doors: LeftoverDoors, names: readonly string[]) => Promise<string[]>;

/** What may go, by kind (contracts `objectNames`: `staging/<tenant>/<kind>/...`). What is not here stays. */
export const LEFTOVERS: Readonly<Record<string, Leftovers>> = {
  raw: unacknowledged,
  clean: abandoned,
  quarantine: abandoned,
  wayback: archivedOnly,
  note: quiet,
  result: unsaid,
  batch: unlisted,
};

/** Raw without a row: its sender was never told success. */
async function unacknowledged({ tables }: Tables, names: readonly string[]): Promise<string[]> {
  const rows = await tables
    .selectFrom('archival_received')
    .select('staged_name as name')
    .where('instance_key', 'in', names.map(instanceOf))
    .execute();
  return without(names, rows);
}

/** Clean copies, and records of what is held, that are archived, or that no outcome names; none while a delivery of the instance is unsettled and may need it, or inference does. */
async function abandoned(doors: LeftoverDoors, names: readonly string[]): Promise<string[]> {
  const free = await unwanted(doors, names);
  if (free.length === 0) return [];
  const { archived, lost } = await archivedAlready(doors, free);
  // Asked again: to read copies takes long, and a delivery may come again meanwhile.
  const old = await unwanted(doors, free);
  if (old.length === 0) return [];
  const outcomes = await doors.tables
    .selectFrom('archival_outcomes')
    .select(['staged_clean', 'staged_record'])
    .where('instance_key', 'in', old.map(instanceOf))
    .execute();
  const unsaid = new Set(without(old, outcomes.flatMap(namesOf)));
  return old.filter((name) => archived.has(name) || (unsaid.has(name) && !lost.has(name)));
}

/** Neither of an instance with an unsettled delivery, nor awaited by inference. */
async function unwanted(doors: Tables, names: readonly string[]): Promise<string[]> {
  const unread = await awaitingInference(doors, names);
  return (await quiet(doors, names)).filter((name) => !unread.has(name));
}

/** Of instances without an unsettled delivery: what was said of them is in archival's rows. */
async function quiet({ tables }: Tables, names: readonly string[]): Promise<string[]> {
  const open = await tables
    .selectFrom('archival_received')
    .select('instance_key')
    .where('instance_key', 'in', names.map(instanceOf))
    .where('settled_at', 'is', null)
    .execute();
  const busy = new Set(open.map((row) => row.instance_key));
  return names.filter((name) => !busy.has(instanceOf(name)));
}

/** Released copies that inference, where it is installed, has not settled with. */
async function awaitingInference(
  { tables, awaitsInference }: Tables,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  if (!awaitsInference) return new Set();
  const settled = tables.selectFrom('archival_inferred').select('staged_clean');
  const rows = await tables
    .selectFrom('archival_outcomes')
    .select('staged_clean as name')
    .where('staged_clean', 'in', names)
    .where('staged_clean', 'not in', settled)
    .execute();
  return new Set(rows.map((row) => row.name ?? ''));
}

/** Staged once more after its archived copy was opened. A way back that is not archived stays whatever happens: there is no other. */
async function archivedOnly(doors: LeftoverDoors, names: readonly string[]): Promise<string[]> {
  return [...(await archivedAlready(doors, names)).archived];
}

interface Rowed {
  readonly archived: ReadonlySet<string>;
  readonly lost: ReadonlySet<string>;
}

/** Which of them have a row of an archived copy, by whether that copy stands. A row is no copy: each is read, as what is deleted here may be the only one. */
async function archivedAlready(doors: LeftoverDoors, names: readonly string[]): Promise<Rowed> {
  const rows = await doors.tables
    .selectFrom('archival_objects')
    .select(['name', 'digest'])
    .where('name', 'in', names.map(archivedAs))
    .execute();
  const digests = new Map(rows.map((row) => [row.name, row.digest]));
  const [archived, lost] = [new Set<string>(), new Set<string>()];
  for (const name of names) {
    const digest = digests.get(archivedAs(name));
    if (digest === undefined) continue;
    const found = await doors.store.describe(archivedAs(name));
    (found?.digest === digest ? archived : lost).add(name);
  }
  if (lost.size > 0) doors.onLost?.([...lost]);
  return { archived, lost };
}

/** Results that are archived, or that no answer names though inference has settled with every clean copy of their content: it died between. */
async function unsaid(doors: LeftoverDoors, names: readonly string[]): Promise<string[]> {
  const { archived, lost } = await archivedAlready(doors, names);
  const old = await quiet(
    doors,
    names.filter((name) => !archived.has(name) && !lost.has(name)),
  );
  if (old.length === 0) return [...archived];
  const inferred = await doors.tables
    .selectFrom('archival_inferred')
    .select(['staged_clean', 'instance_key', 'content_key', 'results'])
    .where('instance_key', 'in', old.map(instanceOf))
    .execute();
  const clean = await doors.tables
    .selectFrom('archival_outcomes')
    .select(['staged_clean as name', 'instance_key', 'content_key'])
    .where('instance_key', 'in', old.map(instanceOf))
    .where('staged_clean', 'is not', null)
    .execute();
  const said = new Set(inferred.flatMap(({ results }) => JSON.parse(results ?? '[]') as string[]));
  const settled = new Set(inferred.map((row) => row.staged_clean));
  const isOf = (name: string) => (row: { instance_key: string; content_key: string }) =>
    instanceOf(name) === row.instance_key && contentOf(name) === row.content_key;
  const isUnsaid = (name: string) => {
    const own = inferred.filter(isOf(name));
    // What was settled before answers were kept here names nothing: it is left alone.
    if (own.length === 0 || own.some(({ results }) => results === null) || said.has(name)) return false;
    return clean.filter(isOf(name)).every((row) => settled.has(row.name ?? ''));
  };
  return [...archived, ...old.filter(isUnsaid)];
}

/** Lists of batches whose event never came. */
async function unlisted({ tables }: Tables, names: readonly string[]): Promise<string[]> {
  const rows = await tables
    .selectFrom('archival_batches')
    .select('list_name as name')
    .where('list_name', 'in', names)
    .execute();
  return without(names, rows);
}

const namesOf = (outcome: { staged_clean: string | null; staged_record: string | null }) => [
  { name: outcome.staged_clean },
  { name: outcome.staged_record },
];
const instanceOf = (name: string): string => name.split('/')[3] ?? '';
const contentOf = (name: string): string => (name.split('/')[4] ?? '').slice(0, 64);
const archivedAs = (name: string): string => name.replace(/^staging\//, 'archive/');

function without(names: readonly string[], rows: readonly { name: string | null }[]): string[] {
  const named = new Set(rows.map((row) => row.name));
  return names.filter((name) => !named.has(name));
}
