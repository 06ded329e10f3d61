export { checkKeys } from './check/check-keys.js';
export type { Keys, Sealer, SecretShelf, SubjectKeys, TenantKeyName, TenantKeys } from './keys.js';
export type { KeysCall, OnKeysCall } from './keys-call.js';
export { openKeys, type KeysOptions } from './open-keys.js';
export { inclusionPaths, leafHash, type LeafPlace, rootFromPath, treeRoot } from './release/merkle-tree.js';
export { type PublicKey, readPublicKey } from './release/public-key.js';
export { SECRET_MIGRATIONS } from './secrets/secret-rows.js';
export { createKmsKeys } from './providers/create-kms-keys.js';
export type { KmsCredentials } from './providers/kms-client.js';
