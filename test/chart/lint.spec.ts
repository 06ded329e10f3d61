import { beforeAll, describe, expect, it } from 'vitest';
import { helmLint, helmTemplate, manifestsOf, NAMESPACE, PROFILES, RELEASE } from './ground/chart.ts';
import { programs } from './ground/programs.ts';

const say = (line: string): void => void process.stderr.write(`sluice: ${line}\n`);

describe('Helm', () => {
  let helm = '';

  beforeAll(async () => {
    ({ helm } = await programs(['helm'], say));
  }, 15 * 60_000);

  it('finds profiles', () => expect(PROFILES.length).toBeGreaterThan(3));

  it.each(PROFILES)('%s: lint has nothing to say', async (profile) => {
    const { status, output } = await helmLint({ helm, profile });
    expect(output).not.toMatch(/\[(ERROR|WARNING)\]/);
    expect(status).toBe(0);
  });

  it.each(PROFILES)('%s: every object is of the release, once', async (profile) => {
    const objects = await manifestsOf({ helm, profile });
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(names.filter((name) => !name.includes(RELEASE))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    expect(objects.filter(({ metadata }) => (metadata.namespace ?? NAMESPACE) !== NAMESPACE)).toEqual([]);
  });

  describe('refuses', () => {
    it.each([
      ['an unknown key', 'skaling=1', 'skaling'],
      ['an unknown key of a room', 'scrubbing.replicas=3', 'replicas'],
      ['an unknown key deep inside', 'intake.tls.certManager.isuer=x', 'isuer'],
      ['a number where a name belongs', 'image.repository=7', 'repository'],
      ['a word where a number belongs', 'scrubbing.scaling.max=many', 'max'],
      ['a setting that the code does not read', 'scrubbing.settings.SCRUBBING_CONCURENCY=2', 'CONCURENCY'],
      ['an admin door for everybody', 'adminDoor.enabled=true', 'network.admins'],
      ['an unknown key of the admin door', 'adminDoor.tls.isuer=x', 'isuer'],
      ['people in the values, where everybody reads them', 'adminDoor.people[0]=ada', 'people'],
      ['more members than partitions', 'scrubbing.scaling.max=13', 'scrubbing.scaling.max'],
    ])('%s', async (_what, planted, word) => {
      const { status, errors } = await helmTemplate({ helm, profile: 'cpu', set: [planted] });
      expect(status).not.toBe(0);
      expect(errors).toContain(word);
    });
  });
});
