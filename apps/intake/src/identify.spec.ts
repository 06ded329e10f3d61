import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKeys, type Keys, type TenantKeys } from '@sluice/crypto';
import { memoryShelf } from '@sluice/crypto/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identify, type Identifiers } from './identify.js';
import { readPeers } from './peers.js';

let folder: string;
let keys: Keys;
let tenantKeys: TenantKeys;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-identify-'));
  keys = await openKeys(`local:${folder}`, { shelf: memoryShelf() });
  tenantKeys = await keys.tenant('t1', ['tenant-identity']);
});
afterAll(async () => {
  await keys.close();
  await rm(folder, { recursive: true });
});

const IMAGE: Identifiers = {
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
  SOPInstanceUID: '2.25.1',
  StudyInstanceUID: '2.25.2',
  SeriesInstanceUID: '2.25.3',
  PatientID: 'QW-0042',
  IssuerOfPatientID: '',
};
const [plain, mercy] = readPeers(
  JSON.stringify([
    { name: 'plain', tenant: 't1' },
    { name: 'mercy', tenant: 't1', issuer: 'Mercy' },
  ]),
) as [ReturnType<typeof readPeers>[number], ReturnType<typeof readPeers>[number]];
const subject = (some: Partial<Identifiers>, peer = plain) =>
  identify(tenantKeys, peer, { ...IMAGE, ...some }).subjectKey;

describe('one person, one subjectKey', () => {
  it.each(['qw-0042', ' QW-0042 ', 'ＱＷ-００４２', 'QW-0042'])(
    'however the id is written: "%s"',
    (PatientID) => {
      expect(subject({ PatientID })).toBe(subject({}));
    },
  );

  it('another id, or another issuer, is another person', () => {
    const all = [
      subject({}),
      subject({ PatientID: 'QW-0043' }),
      subject({ PatientID: 'QW 0042' }),
      subject({ IssuerOfPatientID: 'B' }),
    ];
    expect(new Set(all).size).toBe(4);
  });

  it("the peer's issuer stands in where the data set names none, however it is written", () => {
    expect(subject({}, mercy)).toBe(subject({ IssuerOfPatientID: ' MERCY' }));
    expect(subject({}, mercy)).not.toBe(subject({}));
    expect(subject({ IssuerOfPatientID: 'B' }, mercy)).toBe(subject({ IssuerOfPatientID: 'B' }));
  });

  it('the same id with parts moved between issuer and id is another person', () => {
    expect(subject({ IssuerOfPatientID: 'A', PatientID: 'BC' })).not.toBe(
      subject({ IssuerOfPatientID: 'AB', PatientID: 'C' }),
    );
  });
});

describe('a placeholder joins no strangers', () => {
  it.each(['', '0', '00000000', 'unknown', 'N/A', '---', 'xxxxx', 'Anonymous', ' test '])(
    '"%s" goes by study',
    (PatientID) => {
      expect(subject({ PatientID, StudyInstanceUID: '2.25.5' })).not.toBe(subject({ PatientID }));
      expect(subject({ PatientID })).toBe(subject({ PatientID: '' }));
    },
  );

  it.each(['0042', 'X1', '11', 'TESTER'])('"%s" is a person', (PatientID) => {
    expect(subject({ PatientID, StudyInstanceUID: '2.25.5' })).toBe(subject({ PatientID }));
  });
});

describe('what is no UID is refused', () => {
  it.each(['', '..', '../../x', '1.2.3/4', '1..2', `1.${'2'.repeat(63)}`, '1.2 '])('"%s"', (uid) => {
    for (const keyword of ['SOPClassUID', 'SOPInstanceUID', 'StudyInstanceUID', 'SeriesInstanceUID'])
      expect(() => subject({ [keyword]: uid })).toThrow(`INTAKE_IDENTIFIERS_MISSING: ${keyword}`);
  });
});
