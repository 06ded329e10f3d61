export type { Audit } from './audit.js';
export { openAudit } from './open-audit.js';
export { openForPerson, type Opening } from './open-for-person.js';
