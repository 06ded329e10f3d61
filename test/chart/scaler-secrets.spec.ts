import { beforeAll, describe, expect, it } from 'vitest';
import { manifestsOf, notesOf, PROFILES } from './ground/chart.ts';
import { programs } from './ground/programs.ts';

const say = (line: string): void => void process.stderr.write(`sluice: ${line}\n`);
const OWN = 'inference.scaling.databaseSecret=sluice-scaler';

describe('the Secrets that KEDA reads', () => {
  let helm = '';

  beforeAll(async () => {
    ({ helm } = await programs(['helm'], say));
  }, 15 * 60_000);

  /** What the TriggerAuthentications name, as the notes write it. */
  async function readBy(profile: string, set: string[]): Promise<string[]> {
    const objects = await manifestsOf({ helm, profile, set });
    const rows = objects
      .filter(({ kind }) => kind === 'TriggerAuthentication')
      .flatMap(({ spec }) => (spec.secretTargetRef ?? []) as { name: string; key: string }[])
      .map(({ name, key }) => `${name} ${key}`);
    return [...new Set(rows)].sort();
  }

  const told = (notes: string): string[] =>
    (/KEDA's operator reads [^:]*:\n((?: {2}[^\n]*\n?)*)/.exec(notes)?.[1] ?? '')
      .split('\n')
      .map((line) => line.trim().replace(/ +/, ' '))
      .filter((line) => line !== '')
      .sort();

  it.each([...PROFILES.map((profile) => [profile, []] as [string, string[]]), ['cpu', [OWN]]] as const)(
    'are told by the install notes: %s %j',
    async (profile, set) => {
      expect(told(await notesOf({ helm, profile, set: [...set] }))).toEqual(await readBy(profile, [...set]));
    },
  );

  it('are some, and one of its own for the queue is asked for, too', async () => {
    expect(await readBy('cpu', [])).toEqual(['clinic-sluice-inference DATABASE_URL']);
    expect(await readBy('strimzi', [])).not.toEqual([]);
    const notes = await notesOf({ helm, profile: 'cpu', set: [OWN] });
    expect(told(notes)).toEqual(['sluice-scaler DATABASE_URL']);
    expect(/1\. Secrets that must be there.*?\n\n/s.exec(notes)?.[0]).toContain('sluice-scaler');
  });
});
