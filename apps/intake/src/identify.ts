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
const PLACEHOLDERS = new Set(
  (
    '1,123,1234,12345,123456,NA,N/A,N.A.,NONE,NULL,NIL,NOID,NO ID,NO_ID,NOPID,UNKNOWN,UNK,ANON,ANONYMOUS,ANONYMIZED,' +
    'ANONYMISED,TEST,PATIENT,PATIENT ID,PATIENTID,ID,UNDEFINED,UNSPECIFIED,DEFAULT,EMERGENCY,DUMMY,TEMP,TMP'
  ).split(','),
);
/** One character over and over: 0000, XXX, ---, ??. */
const MEANINGLESS = /^([0X\-?._*])\1*$/;

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
  const patient = normalise(identifiers.PatientID);
  const issuer = normalise(identifiers.IssuerOfPatientID) || normalise(peer.issuer);
  return {
    tenant: peer.tenant,
    subjectKey: isPlaceholder(patient)
      ? keys.identity('subject', peer.tenant, 'study', study)
      : keys.identity('subject', peer.tenant, 'patient', issuer, patient),
    studyKey: keys.identity('study', peer.tenant, study),
    seriesKey: keys.identity('series', peer.tenant, series),
    instanceKey: keys.identity('instance', peer.tenant, instance),
  };
}

/** One patient id or issuer, one form: compatibility characters folded, white space collapsed, upper case. */
function normalise(text: string): string {
  return text.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toUpperCase();
}

function isPlaceholder(patient: string): boolean {
  return patient === '' || PLACEHOLDERS.has(patient) || MEANINGLESS.test(patient);
}

function uid(text: string, keyword: string): string {
  if (!Uid.safeParse(text).success) throw new SluiceError('INTAKE_IDENTIFIERS_MISSING', { detail: keyword });
  return text;
}
