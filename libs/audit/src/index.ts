export type { Audit } from './audit.js';
