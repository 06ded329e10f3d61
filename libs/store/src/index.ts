export type { ByteRange, PutResult, Store } from './store.js';
