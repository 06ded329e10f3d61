import {
  NodeDefaultCryptographicMaterialsManager,
  type NodeMaterialsManager,
  RawAesKeyringNode,
  RawAesWrappingSuiteIdentifier,
} from '@aws-crypto/client-node';

/** Wraps each message's data key under `key` (32 bytes, copied); `namespace` and `name` stand in the header and must match on open. */
export function rawAesMaterials(key: Uint8Array, namespace: string, name: string): NodeMaterialsManager {
  const keyring = new RawAesKeyringNode({
    keyNamespace: namespace,
    keyName: name,
    // The SDK takes the bytes it is given into a key object and zeroes them.
    unencryptedMasterKey: new Uint8Array(key),
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
    utf8Sorting: true,
  });
  return new NodeDefaultCryptographicMaterialsManager(keyring);
}
