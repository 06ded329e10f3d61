import type { AnswerSheet } from '../corpus/corpus.types.ts';
import type { Check } from './check.types.ts';
import { daysBetween, isDummyDate } from './dates.ts';
import type { ReadObject } from './read-output.ts';

/** A released object beside its answer sheet. */
export interface Released {
  readonly sheet: AnswerSheet;
  readonly output: ReadObject;
}

const PATIENT_ID = '00100020';

/** What must agree between objects: one UID has one successor, one patient one pseudonym and one number of days. Only failures and one success of each. */
export function judgeAcross(released: readonly Released[], options: ReadonlySet<string>): Check[] {
  return [
    ...mapOf('uid-consistent', uidPairs(released)),
    ...mapOf('patient-id-consistent', pseudonyms(released)),
    ...(options.has('retain-longitudinal-modified-dates') ? offsets(released) : []),
  ];
}

/** A pair of what was and what is, and where. */
type Pair = readonly [before: string, after: string, at: string];

/** One successor of each, and no two with the same one. */
function mapOf(kind: 'uid-consistent' | 'patient-id-consistent', pairs: readonly Pair[]): Check[] {
  const [after, before] = [new Map<string, string>(), new Map<string, string>()];
  const failures: Check[] = [];
  for (const [from, to, at] of pairs) {
    const passed = (after.get(from) ?? to) === to && (before.get(to) ?? from) === from;
    if (!passed) failures.push({ kind, at, passed, found: to });
    after.set(from, to);
    before.set(to, from);
  }
  return failures.length > 0 ? failures : [{ kind, at: `${pairs.length} places`, passed: true }];
}

function uidPairs(released: readonly Released[]): Pair[] {
  return released.flatMap(({ sheet, output }) =>
    sheet.planted.flatMap(({ vr, path, value }): Pair[] => {
      const now = vr === 'UI' ? output.elements.get(path)?.text : undefined;
      return now ? [[value, now, `${sheet.name} ${path}`]] : [];
    }),
  );
}

function pseudonyms(released: readonly Released[]): Pair[] {
  return released
    .filter(({ sheet }) => sheet.patient !== '')
    .map(({ sheet, output }) => [
      sheet.patient,
      output.elements.get(PATIENT_ID)?.text ?? 'absent',
      sheet.name,
    ]);
}

/** Days between before and after are the same for every date of a patient. */
function offsets(released: readonly Released[]): Check[] {
  const moved = released.flatMap(({ sheet, output }) =>
    sheet.planted.flatMap(({ vr, path, value }) => {
      const now = vr === 'DA' || vr === 'DT' ? (output.elements.get(path)?.text ?? '') : '';
      const days = isDummyDate(now) ? undefined : daysBetween(value, now);
      return days === undefined ? [] : [{ sheet, path, days }];
    }),
  );
  const known = new Map<string, number>();
  const failures: Check[] = [];
  for (const { sheet, path, days } of moved) {
    const expected = known.get(sheet.patient) ?? days;
    known.set(sheet.patient, expected);
    if (days !== expected || days === 0)
      failures.push({
        kind: 'interval-kept',
        at: `${sheet.name} ${path}`,
        passed: false,
        found: `${days} days`,
      });
  }
  return failures.length > 0
    ? failures
    : [{ kind: 'interval-kept', at: `${moved.length} dates`, passed: true }];
}
