import type { ObjectRef } from '@sluice/contracts';

/** The cellar. Objects are immutable: put-if-absent, never an overwrite. Open one with `openStore(url)`. */
export interface Store {
  /**
   * Streams `body` under `name` unless the name is taken; durable when it resolves. SHA-256 is computed on the way and checked
   * by the store. `created: false` when the name was taken: `ref` then describes what is there (its digest read back).
   * Never holds more than 16 MiB. @throws SluiceError STORE_UNAVAILABLE, STORE_OUT_OF_SPACE
   */
  put(name: string, body: AsyncIterable<Uint8Array> | Uint8Array): Promise<PutResult>;
  /**
   * Streams an object, checking its SHA-256 when `ref.digest` is given and no range is asked: the last chunk is held back until
   * it is checked. @throws SluiceError STORE_OBJECT_MISSING, STORE_DIGEST_MISMATCH (while reading), STORE_UNAVAILABLE
   */
  get(ref: Pick<ObjectRef, 'name'> & Partial<ObjectRef>, range?: ByteRange): Promise<AsyncIterable<Buffer>>;
  /** Size and age of an object, or undefined. */
  head(name: string): Promise<{ sizeBytes: number; modifiedAt: Date } | undefined>;
  /** Reads an object back for its size and SHA-256, or undefined when there is none. */
  describe(name: string): Promise<ObjectRef | undefined>;
  list(prefix: string): AsyncIterable<{ name: string; sizeBytes: number; modifiedAt: Date }>;
  /** Deletes; a missing object is fine. */
  delete(name: string): Promise<void>;
  /** Share of the space that is used, 0..1, or undefined where the store does not say (S3). For the intake watermark. */
  usage(): Promise<number | undefined>;
  /** How far this machine's clock is before the store's, ms, as its last answer told (in whole seconds); undefined before one. */
  skewMs(): number | undefined;
  probe(): Promise<void>;
  close(): Promise<void>;
}

/** The methods of a store that are one call of its service each, or a few. */
export const STORE_CALLS = [
  'put',
  'get',
  'head',
  'describe',
  'delete',
  'probe',
] as const satisfies readonly (keyof Store)[];

export interface PutResult {
  readonly ref: ObjectRef;
  readonly created: boolean;
}

/** Bytes from `start` up to and without `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}
