import { ERRORS, type ErrorCode, type Finding } from '@sluice/contracts';
import type { ArchiveComparison } from './compare-archive.js';
import type { StagingComparison } from './compare-staging.js';
import type { Opened } from './open-archive.js';
import type { Tally } from './tally.js';

/** A kind of difference, and the names that have it. */
export interface Difference {
  readonly what: string;
  readonly tally: Tally;
}

/** The rows of an inventory's table, and what differs by name. */
export interface Findings {
  readonly rows: readonly Finding[];
  readonly differences: readonly Difference[];
}

const SEND_AGAIN =
  'Let senders send again what they sent since the backup began: a content that stands already is not doubled, and gets its row.';
const ANNOUNCE =
  'On their way, if archival is behind. After a restore: `sluice announce` once the services run; they were acknowledged.';
const LOST =
  'Restore the store from a copy that is younger than the database. A raw object that is nowhere: let its sender send it again. A clean copy does not come back by that: its outcome stands (docs/backup.md).';
const CHANGED = 'Put the object of that size back from a copy: what stands there does not open.';

/** `opened` where every object was opened, too. */
export function findingsOf(
  archive: ArchiveComparison,
  staging: StagingComparison,
  opened?: Opened,
): Findings {
  const matched = `${archive.matched}`;
  const all = [
    judged('rows without object', archive.withoutObject, { good: `none; ${matched} have theirs`, fix: LOST }),
    judged('objects without row', archive.withoutRow, {
      good: `none; ${matched} have theirs`,
      fix: SEND_AGAIN,
    }),
    judged('objects of another size', archive.otherSize, { good: 'none', fix: CHANGED }),
    judged('unsettled deliveries without staged object', staging.withoutObject, {
      good: `none; ${staging.unsettled} unsettled`,
      fix: SEND_AGAIN,
    }),
    judged('staged deliveries without row', staging.withoutRow, { good: 'none', fix: ANNOUNCE }),
    ...(opened ? openedOf(opened) : []),
  ];
  return {
    rows: all.map(({ row }) => row),
    differences: all.flatMap(({ row, tally }) => (row.state === 'bad' ? { what: row.check, tally } : [])),
  };
}

interface Judged {
  readonly row: Finding;
  readonly tally: Tally;
}

/** Good where no name differs. */
function judged(check: string, tally: Tally, { good, fix }: { good: string; fix: string }): Judged {
  const { count } = tally;
  const row: Finding =
    count === 0 ? { check, state: 'ok', found: good } : { check, state: 'bad', found: `${count}`, fix };
  return { row, tally };
}

function openedOf({ opened, refused }: Opened): Judged[] {
  const row: Finding = { check: 'opened', state: 'ok', found: `${opened} objects` };
  const whys = [...refused].map(([code, tally]) =>
    judged(`not opened: ${code}`, tally, { good: '', fix: ERRORS[code as ErrorCode].hint }),
  );
  return [{ row, tally: { count: 0, names: [] } }, ...whys];
}
