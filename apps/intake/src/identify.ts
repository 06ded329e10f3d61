import { SluiceError, Uid, type InstanceIds } from '@sluice/contracts';
import type { TenantKeys } from '@sluice/crypto';
import type { Peer } from './peers.js';

/** What a data set says of itself, as text; intake reads no more than this. */
export interface Identifiers {
  readonly SOPClassUID: string;
  readonly SOPInstanceUID: string;
  readonly StudyInstanceUID: string;
  readonly SeriesInstanceUID: string;
  readonly PatientID: string;
  readonly IssuerOfPatientID: string;
}

/** Patient IDs that scanners send when they do not know one: they would join strangers into one subject. */
const PLACEHOLDERS = new Set([
  '',
  '0',
  '00',
  '000',
  '0000',
  '1',
  '123',
  '1234',
  '12345',
  'NA',
  'N/A',
  'NONE',
  'NULL',
  'NOID',
  'NO ID',
  'UNKNOWN',
  'UNK',
  'ANON',
  'ANONYMOUS',
  'ANONYMIZED',
  'TEST',
  'PATIENT',
  'UNDEFINED',
  'DEFAULT',
  'X',
  'XXX',
  '-',
  '?',
  '.',
]);

/**
 * The keys of an instance (house.md "Who is who"), all but contentKey, which is known when the last byte has passed.
 * @throws SluiceError INTAKE_IDENTIFIERS_MISSING when Study, Series or SOP Instance UID is missing or not a UID (PS3.5 9.1)
 */
export function identify(
  keys: TenantKeys,
  peer: Peer,
  identifiers: Identifiers,
): Omit<InstanceIds, 'contentKey'> {
  const study = uid(identifiers.StudyInstanceUID, 'StudyInstanceUID');
  const series = uid(identifiers.SeriesInstanceUID, 'SeriesInstanceUID');
  const instance = uid(identifiers.SOPInstanceUID, 'SOPInstanceUID');
  uid(identifiers.SOPClassUID, 'SOPClassUID');
  const patient = normalisePatientId(identifiers.PatientID);
  const issuer = identifiers.IssuerOfPatientID.trim() || peer.issuer;
  return {
    tenant: peer.tenant,
    subjectKey: PLACEHOLDERS.has(patient)
      ? keys.identity('subject', peer.tenant, 'study', study)
      : keys.identity('subject', peer.tenant, 'patient', issuer, patient),
    studyKey: keys.identity('study', peer.tenant, study),
    seriesKey: keys.identity('series', peer.tenant, series),
    instanceKey: keys.identity('instance', peer.tenant, instance),
  };
}

/** One patient id, one form: compatibility characters folded, white space collapsed, upper case. */
export function normalisePatientId(text: string): string {
  return text.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toUpperCase();
}

function uid(text: string, keyword: string): string {
  if (!Uid.safeParse(text).success) throw new SluiceError('INTAKE_IDENTIFIERS_MISSING', { detail: keyword });
  return text;
}
