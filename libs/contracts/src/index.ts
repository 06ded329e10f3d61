export { canonicalJson } from './canonical-json.js';
export { decodeEvent, encodeEvent, MAX_EVENT_BYTES, type EncodedEvent } from './envelope.js';
export { errnoOf } from './errno-of.js';
export { ERRORS, type ErrorCode, type ErrorKind } from './errors/catalogue.js';
export { AuditRecordV1, type AuditRecord } from './events/audit.js';
export { DeidFindingV1, DeidInstanceV1 } from './events/deid.js';
export { InferenceAnswer, InferenceResult, ModelIdentity, Triage } from './events/inference.js';
export {
  EVENTS,
  type AnalyticsType,
  type EventData,
  type EventType,
  type SluiceEvent,
} from './events/registry.js';
export { examine, lacking, type Finding, type Found } from './finding.js';
export { InstanceIds, KeyedDigest, ObjectKind, ObjectRef, Sha256, TenantId, Uid } from './ids.js';
export { objectNames } from './object-names.js';
export {
  isSigning,
  KEY_PURPOSES,
  type KeyPurpose,
  type SigningPurpose,
  type StagingPurpose,
  type WrappingPurpose,
} from './purposes.js';
export { QuarantineRecordV1, RELEASABLE, type QuarantineRecord } from './quarantine.js';
export { ActionCounts, Mask, ReleaseNoteV1, type ReleaseNote } from './release/release-note.js';
export {
  ReleaseProofV1,
  ReleaseRootV1,
  SignedRootV1,
  type ReleaseProof,
  type ReleaseRoot,
  type SignedRoot,
} from './release/release-proof.js';
export { isSluiceError, SluiceError, toSluiceError } from './sluice-error.js';
export {
  ANALYTICS_TYPES,
  CORRIDOR_RETENTION_DAYS,
  deadLetterTopic,
  deidTopic,
  isAnalytics,
  isAnalyticsType,
  keyOf,
  retryTopic,
  topicOf,
  TOPICS,
  type Topic,
} from './topics.js';
