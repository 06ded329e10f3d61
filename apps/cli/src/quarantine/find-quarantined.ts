import type { ObjectRow } from '@sluice/archival/rows/tables';
import { listQuarantined, type Quarantined } from '@sluice/archival/rows/quarantined';
import { objectNames, SluiceError } from '@sluice/contracts';
import { usage } from '../command.js';
import type { Doors } from '../doors.js';

/** One quarantined instance that a person means, and what archival has of it. */
export interface FoundQuarantined extends Quarantined {
  readonly raw: ObjectRow | undefined;
  readonly record: ObjectRow | undefined;
}

/**
 * Finds what a key names; its beginning is enough when it names one instance.
 * @throws SluiceError CLI_USAGE, CLI_QUARANTINE_UNKNOWN
 */
export async function findQuarantined(doors: Doors, key: string): Promise<FoundQuarantined> {
  if (!/^[0-9a-f]{8,64}$/.test(key)) throw usage('KEY is at least the first 8 characters of a key');
  const tables = await doors.index();
  const [found, ...others] = await listQuarantined(tables, { content: key });
  if (!found) throw new SluiceError('CLI_QUARANTINE_UNKNOWN');
  if (others.length > 0) throw usage('KEY fits several instances: give more of it');
  const { tenant, instance_key: instanceKey, content_key: contentKey, outcome } = found.held;
  const objects = await tables
    .selectFrom('archival_objects')
    .selectAll()
    .where('instance_key', '=', instanceKey)
    .where('content_key', '=', contentKey)
    .execute();
  const record = objectNames.archived('quarantine', tenant, instanceKey, `${contentKey}-${outcome}`);
  return {
    ...found,
    raw: objects.find(({ kind }) => kind === 'raw'),
    record: objects.find(({ name }) => name === record),
  };
}

/** What the archive holds of it, or that it is not there yet. @throws SluiceError CLI_QUARANTINE_NOT_ARCHIVED */
export function archivedPart(found: FoundQuarantined, part: 'raw' | 'record'): ObjectRow {
  const row = found[part];
  if (!row) throw new SluiceError('CLI_QUARANTINE_NOT_ARCHIVED', { detail: part });
  return row;
}
