import {
  getLocalCryptographicMaterialsCache,
  NodeCachingMaterialsManager,
  type NodeMaterialsManager,
} from '@aws-crypto/client-node';

/** How long and how often one data key is used. A key that was switched off opens for at most `maxAgeMs` longer. */
const LIMITS = { maxAge: 5 * 60_000, maxMessagesEncrypted: 1_000, maxBytesEncrypted: 64 * 1024 ** 3 };
/** Data keys held at a time, both ways. */
const CAPACITY = 1_000;
/** A stream's length is not known when its key is chosen: each message counts as this many bytes (1,000 of them are within the limit). */
const COUNTED_BYTES = 64 * 1024 ** 2;

/**
 * Data keys of `backing`, used again within LIMITS by messages of the same context. Calls for a new key stand in line, so that a
 * burst of first messages costs one call of the key service; when it fails, those in line fail with it.
 */
export function cachedMaterials(backing: NodeMaterialsManager): NodeMaterialsManager {
  const caching = new NodeCachingMaterialsManager({
    backingMaterials: backing,
    cache: getLocalCryptographicMaterialsCache(CAPACITY),
    ...LIMITS,
  });
  const inLine = line();
  return {
    getEncryptionMaterials: (request) =>
      inLine(() => caching.getEncryptionMaterials({ ...request, plaintextLength: COUNTED_BYTES })),
    decryptMaterials: (request) => caching.decryptMaterials(request),
  };
}

function line() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn;
    turn.catch(() => {
      if (last === turn) last = Promise.resolve();
    });
    return turn;
  };
}
