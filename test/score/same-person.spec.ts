import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { followUp } from './corpus/follow-up.ts';
import type { CorpusObject } from './corpus/corpus.types.ts';
import { EXPECTED_ROWS } from './expectation/expectation.ts';
import { doorsIn } from './run/doors.ts';
import { deidentifyInProcess } from './run/in-process.ts';
import { daysBetween } from './scorer/dates.ts';
import { judgeAcross, type Released } from './scorer/judge-across.ts';
import { readOutput } from './scorer/read-output.ts';

/** Who wrote the file: us. */
const IMPLEMENTATION = '00020012';
const PROFILE = 'research';
const OPTIONS = new Set(['retain-longitudinal-modified-dates']);
const objects = [...followUp(EXPECTED_ROWS)];
const visit = (name: string): CorpusObject[] => objects.filter(({ sheet }) => sheet.name.startsWith(name));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-person-'));
  for (const [name, value] of Object.entries(doorsIn(folder))) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** One worker: opens the doors, de-identifies a study, and closes them again. */
async function work(on: string, what: readonly CorpusObject[], tenant = 't1'): Promise<Released[]> {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(`${on}T08:00:00Z`) });
  const [input, output] = [join(folder, `${on}-in-${tenant}`), join(folder, `${on}-out-${tenant}`)];
  await mkdir(input);
  for (const { sheet, file } of what) await writeFile(join(input, `${sheet.name}.dcm`), file);
  const outcomes = await deidentifyInProcess({
    input,
    output,
    profile: PROFILE,
    report: `${output}.report`,
    tenant,
  });
  return Promise.all(
    outcomes.map(async ({ input: name, output: file }) => {
      const { sheet } = what.find((one) => `${one.sheet.name}.dcm` === name) as CorpusObject;
      return { sheet, output: readOutput(await readFile(file ?? '')) };
    }),
  );
}

const valuesOf = (released: readonly Released[], tag: string) =>
  new Set(released.map(({ output }) => output.elements.get(tag)?.text ?? 'absent'));
const offsetsOf = (released: readonly Released[]) =>
  new Set(
    released.map(({ sheet, output }) => {
      const before = sheet.planted.find(({ path }) => path === '00080020')?.value ?? '';
      return daysBetween(before, output.elements.get('00080020')?.text ?? '');
    }),
  );
/** Everything in UID attributes but the standard's own. */
const uidsOf = (released: readonly Released[]) =>
  new Set(
    released.flatMap(({ output }) =>
      [...output.elements]
        .filter(([path, { vr, text }]) => vr === 'UI' && text.startsWith('2.25.') && path !== IMPLEMENTATION)
        .map(([, { text }]) => text),
    ),
  );

describe('one patient, two studies, two workers, two days', () => {
  let [first, second, elsewhere]: [Released[], Released[], Released[]] = [[], [], []];
  beforeAll(async () => {
    first = await work('2026-03-01', visit('visit-1'));
    second = await work('2026-09-17', visit('visit-2'));
    elsewhere = await work('2026-09-18', objects, 't2');
  });

  it('has one pseudonym, one number of days, and references that follow', () => {
    const both = [...first, ...second];
    expect(both).toHaveLength(objects.length);
    const names = valuesOf(both, '00100010');
    expect([...names]).toEqual([...valuesOf(both, '00100020')]);
    expect(names.size).toBe(1);
    const offsets = offsetsOf(both);
    expect(offsets.size).toBe(1);
    expect([...offsets][0]).toBeLessThan(0);
    expect(valuesOf(both, '0020000D').size).toBe(2);
    expect(judgeAcross(both, OPTIONS).filter(({ passed }) => !passed)).toEqual([]);
  });

  it('has nothing in common with the same patient of another tenant', () => {
    const here = [...first, ...second];
    expect(elsewhere).toHaveLength(objects.length);
    expect(valuesOf(elsewhere, '00100010').isDisjointFrom(valuesOf(here, '00100010'))).toBe(true);
    expect(uidsOf(here).size).toBeGreaterThan(10);
    expect(uidsOf(elsewhere).isDisjointFrom(uidsOf(here))).toBe(true);
    expect(offsetsOf(elsewhere)).not.toEqual(offsetsOf(here));
  });
});
