import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventData } from '@sluice/contracts';
import { sampleReceived } from '@sluice/contracts/testing';
import { type Keys, openKeys } from '@sluice/crypto';
import { type Database, openDatabase } from '@sluice/database';
import { openStore, secretShelf, type Store } from '@sluice/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLedger } from './ledger/ledger.js';
import { SCRUBBING_MIGRATIONS } from './ledger/tables.js';
import { loadServiceProfile } from './profile-file/load-profile.js';
import { BASIC, type Profile } from './profile/profile.js';
import { openSecondEngine } from './residual/second-engine.js';
import { scrubInstance } from './scrub-instance.js';
import { valuesByPath } from './testing/clean.js';
import {
  bytesOf,
  chunksOf,
  SAMPLE_UID,
  type SampleElement,
  sampleElements,
  samplePart10,
} from './testing/samples.js';

const secondEngine = openSecondEngine();
let folder: string;
let store: Store;
let keys: Keys;
let database: Database;
let next = 1000;

const openOwnKeys = () => openKeys(`local:${join(folder, 'keys')}`, { shelf: secretShelf(store), database });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-scrub-profile-'));
  store = await openStore(`file:${join(folder, 'store')}`);
  database = await openDatabase(`sqlite:${join(folder, 'scrubbing.db')}`);
  await database.migrate('scrubbing', SCRUBBING_MIGRATIONS);
  keys = await openOwnKeys();
});
afterAll(async () => {
  await Promise.all([store.close(), keys.close(), database.close(), secondEngine.close()]);
  await rm(folder, { recursive: true });
});

interface Case {
  readonly tenant?: string;
  readonly subject?: string;
  readonly profile: Profile;
  readonly study: readonly SampleElement[];
  readonly worker?: Keys;
}

/** One object of a study through the stage of one worker: the event's data, and the clean values. */
async function through({ tenant = 't1', subject = 'a', profile, study, worker = keys }: Case) {
  next += 1;
  const own = sampleReceived(next);
  const sealed = worker.staging(tenant, 'staging-raw').seal(chunksOf(samplePart10(sampleElements(study))));
  const { ref } = await store.put(`staging/${tenant}/raw/${own.instanceKey}/${next}`, sealed);
  const ids = { tenant, subjectKey: subject.repeat(64), studyKey: next.toString(16).padStart(64, '0') };
  const doors = { store, keys: worker, ledger: openLedger(database), profile, secondEngine };
  const event = await scrubInstance(doors, { ...own, ...ids, object: ref });
  if (event.type !== 'instance.scrubbed.v1') throw new Error(event.data.code);
  const data = event.data as EventData<'instance.scrubbed.v1'>;
  const clean = await bytesOf(worker.staging(tenant, 'staging-clean').open(await store.get(data.clean)));
  return { data, values: await valuesByPath(clean) };
}

const first: SampleElement[] = [[0x00080020, 'DA', '20240110']];
const second: SampleElement[] = [
  [0x00080020, 'DA', '20240910'],
  [0x00080018, 'UI', `${SAMPLE_UID}44`],
];
const dayOf = (date = '') => Date.UTC(+date.slice(0, 4), +date.slice(4, 6) - 1, +date.slice(6)) / 86_400_000;

describe('the profile of the service', () => {
  it('names itself in the event, by its digest, and gives the object a name of its own', async () => {
    const research = await loadServiceProfile('research');
    const [basic, other] = [
      await through({ profile: BASIC, study: first }),
      await through({ profile: research, study: first }),
    ];
    expect(other.data.profile).toEqual({ name: 'research', digest: research.digest });
    expect(other.data.outcome).not.toBe(basic.data.outcome);
    expect(other.data.clean.name).toContain(other.data.outcome);
  });

  it('gives one person the same pseudonym and days in studies sent months apart, on any worker', async () => {
    const profile = await loadServiceProfile('research');
    const worker = await openOwnKeys();
    const one = await through({ profile, study: first });
    const two = await through({ profile, study: second, worker });
    await worker.close();
    expect(two.values.get('00100020')).toBe(one.values.get('00100020'));
    expect(dayOf(two.values.get('00080020')) - dayOf(one.values.get('00080020'))).toBe(244);
    expect(one.values.get('00080020')).not.toBe('20240110');
    expect(two.values.get('00200052')).toBe(one.values.get('00200052'));
  });

  it('gives another person other days, and another tenant nothing in common', async () => {
    const profile = await loadServiceProfile('research');
    const one = await through({ profile, study: first });
    const others = [
      await through({ profile, study: first, subject: 'b' }),
      await through({ profile, study: first, tenant: 't2' }),
    ];
    const personOf = (values: Map<string, string>) => [values.get('00100020'), values.get('00080020')];
    for (const { values } of others) {
      expect(values.get('00100020')).not.toBe(one.values.get('00100020'));
      expect(personOf(values)).not.toEqual(personOf(one.values));
    }
    expect(others[1]?.values.get('00200052')).not.toBe(one.values.get('00200052'));
  });
});
