export type { Keys, Sealer, SecretShelf, SubjectKeys, TenantKeyName, TenantKeys } from './keys.js';
export { openKeys, type KeysOptions } from './open-keys.js';
