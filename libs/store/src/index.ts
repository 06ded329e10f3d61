export { beginThen } from './begin-then.js';
export { checkStore, type StoreWishes } from './check/check-store.js';
export { proveStore } from './check/prove-store.js';
export { openStore } from './open-store.js';
export { createBucket } from './s3/create-bucket.js';
export type { S3Options } from './s3/s3-client.js';
export { type ByteRange, type PutResult, type Store, STORE_CALLS } from './store.js';
export { secretShelf, type SmallObjects } from './secret-shelf.js';
