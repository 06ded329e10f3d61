export type { Keys, Sealer, SecretShelf, SubjectKeys, TenantKeyName, TenantKeys } from './keys.js';
