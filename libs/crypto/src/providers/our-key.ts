import type { NodeMaterialsManager } from '@aws-crypto/client-node';
import { SluiceError } from '@sluice/contracts';

type WrappedKeys = Parameters<NodeMaterialsManager['decryptMaterials']>[0]['encryptedDataKeys'];

/** How a key of ours is named beside the data keys that it wrapped: KMS by ARN, a raw key by namespace and name. */
export interface OurKey {
  readonly provider: string;
  readonly info: string;
}

/**
 * A data key that another key wrapped says that this installation has the wrong keys, not that the message was changed.
 * @throws SluiceError CRYPTO_KEY_WRONG
 */
export function requireOurKey(wrapped: WrappedKeys, ours: OurKey): void {
  // A raw key's name is followed by nonce and length.
  const isOurs = wrapped.some(
    ({ providerId, providerInfo }) => providerId === ours.provider && providerInfo.startsWith(ours.info),
  );
  if (!isOurs) throw new SluiceError('CRYPTO_KEY_WRONG');
}
