import type { NodeMaterialsManager } from '@aws-crypto/client-node';
import type { SigningPurpose, WrappingPurpose } from '@sluice/contracts';
import type { Signing } from '../release/signing.js';

/** Where data keys come from: a key service, or a master key file. One per scheme of KEYS_URL. */
export interface KeyProvider {
  /** A fresh data key for each message, wrapped under the key of that purpose. */
  materials(purpose: WrappingPurpose): NodeMaterialsManager;
  /** The key pair of that purpose. */
  signing(purpose: SigningPurpose): Signing;
  /** @throws SluiceError CRYPTO_KEYS_UNAVAILABLE */
  probe(): Promise<void>;
  close(): Promise<void>;
}
