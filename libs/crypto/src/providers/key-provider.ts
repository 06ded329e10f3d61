import type { NodeMaterialsManager } from '@aws-crypto/client-node';
import type { KeyPurpose, StagingPurpose } from '@sluice/contracts';

/** Where data keys come from: a key service, or a master key file. One per scheme of KEYS_URL. */
export interface KeyProvider {
  /** For objects on their way: data keys may be used again for a while, counted by tenant and purpose. */
  staging(purpose: StagingPurpose): NodeMaterialsManager;
  /** For wrapping one secret: each gets a data key of its own. */
  wrapping(purpose: KeyPurpose): NodeMaterialsManager;
  /** @throws SluiceError CRYPTO_KEYS_UNAVAILABLE */
  probe(): Promise<void>;
  close(): Promise<void>;
}
