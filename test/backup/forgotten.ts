import type { Store } from '@sluice/store';
import type { Machine } from './machine.js';

/** A person by the keys that stand in names: of the subject, its studies and its instances. */
export interface Person {
  readonly tenant: string;
  readonly subjectKey: string;
  readonly studyKey: string;
  readonly keys: ReadonlySet<string>;
}

/** Whose study came last. */
export async function lastPerson(machine: Machine): Promise<Person> {
  const last =
    'select tenant, subject_key, study_key from archival.archival_studies order by first_at desc limit 1';
  const rows = await machine.query(
    `select study.*, instance_key from (${last}) study join archival.archival_objects using (study_key)`,
  );
  const text = (column: string) => String(rows[0]?.[column]);
  const [tenant, subjectKey, studyKey] = [text('tenant'), text('subject_key'), text('study_key')];
  const instances = rows.map((row) => String(row['instance_key']));
  return { tenant, subjectKey, studyKey, keys: new Set([subjectKey, studyKey, ...instances]) };
}

/** Whether an object's name has one of the person's keys. */
export const isOf =
  ({ keys }: Person) =>
  (name: string): boolean =>
    name.split('/').some((part) => keys.has(part));

/** Everything that stands of a person: object names below secrets/, staging/ and archive/, and how many secrets in rows. */
export async function standsOf(
  person: Person,
  { store, machine }: { store: Pick<Store, 'list'>; machine: Machine },
): Promise<{ secrets: string[]; staged: string[]; archived: string[]; rows: number }> {
  const below = async (prefix: string) => {
    const names = (await Array.fromAsync(store.list(prefix))).map(({ name }) => name);
    return names.filter(isOf(person)).sort();
  };
  const [secrets, staged, archived] = [
    await below('secrets/'),
    await below('staging/'),
    await below('archive/'),
  ];
  const rows = await machine.query(
    `select purpose from shared.crypto_subject_secrets where subject_key = '${person.subjectKey}'`,
  );
  return { secrets, staged, archived, rows: rows.length };
}
