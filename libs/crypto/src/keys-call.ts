import type { NodeMaterialsManager } from '@aws-crypto/client-node';
import type { Sealer } from './keys.js';
import type { KeyProvider } from './providers/key-provider.js';
import type { Signing } from './release/signing.js';

/**
 * One call that ended, for metrics. `kms`: the key service (or the master key file) was asked, which data keys that are held spare;
 * `sealing`: a message was sealed or opened, to its end.
 */
export interface KeysCall {
  readonly door: 'kms' | 'sealing';
  readonly action: 'generate' | 'decrypt' | 'sign' | 'public-key' | 'probe' | 'seal' | 'open';
  readonly durationMs?: number;
  /** What it threw. */
  readonly error?: unknown;
}

/** Where calls are reported. */
export type OnKeysCall = (call: KeysCall) => void;

/** The same provider; each call of the key service is reported. */
export function watchedProvider(provider: KeyProvider, onCall: OnKeysCall): KeyProvider {
  const timed = async <T>(action: KeysCall['action'], work: () => Promise<T>): Promise<T> => {
    const since = performance.now();
    try {
      const answer = await work();
      onCall({ door: 'kms', action, durationMs: performance.now() - since });
      return answer;
    } catch (error) {
      onCall({ door: 'kms', action, durationMs: performance.now() - since, error });
      throw error;
    }
  };
  return {
    materials: (purpose) => watchedMaterials(provider.materials(purpose), timed),
    signing: (purpose) => watchedSigning(provider.signing(purpose), timed),
    probe: () => timed('probe', () => provider.probe()),
    close: () => provider.close(),
  };
}

type Timed = <T>(action: KeysCall['action'], work: () => Promise<T>) => Promise<T>;

const watchedMaterials = (materials: NodeMaterialsManager, timed: Timed): NodeMaterialsManager => ({
  getEncryptionMaterials: (request) => timed('generate', () => materials.getEncryptionMaterials(request)),
  decryptMaterials: (request) => timed('decrypt', () => materials.decryptMaterials(request)),
});

/** The public key is asked for once and then known: only what takes an answer's time shows. */
const watchedSigning = (signing: Signing, timed: Timed): Signing => ({
  sign: (message) => timed('sign', () => signing.sign(message)),
  publicKey: () => timed('public-key', () => signing.publicKey()),
});

/** The same sealer; each message that was sealed or opened to its end, or failed, is reported. */
export function watchedSealer<S extends Partial<Sealer>>(sealer: S, onCall: OnKeysCall): S {
  const { seal, open } = sealer;
  return {
    ...sealer,
    ...(seal && { seal: (plain: AsyncIterable<Uint8Array>) => watchedStream('seal', seal(plain), onCall) }),
    ...(open && { open: (sealed: AsyncIterable<Uint8Array>) => watchedStream('open', open(sealed), onCall) }),
  };
}

async function* watchedStream(
  action: 'seal' | 'open',
  stream: AsyncIterable<Buffer>,
  onCall: OnKeysCall,
): AsyncGenerator<Buffer> {
  try {
    yield* stream;
    onCall({ door: 'sealing', action });
  } catch (error) {
    onCall({ door: 'sealing', action, error });
    throw error;
  }
}
