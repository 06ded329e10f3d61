export type { Audit } from './audit.js';
export type { AuditEntry } from './audit-record.js';
export { auditMigrations } from './tables.js';
export { openAudit } from './open-audit.js';
export { openForPerson, type Opening } from './open-for-person.js';
export { policyEvent, type Policy } from './policy-event.js';
export { refusalEvent, type Refusal } from './refusal-event.js';
