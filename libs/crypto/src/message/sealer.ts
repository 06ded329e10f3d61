import { isDeepStrictEqual } from 'node:util';
import {
  AlgorithmSuiteIdentifier,
  buildClient,
  CommitmentPolicy,
  type EncryptionContext,
  type NodeMaterialsManager,
} from '@aws-crypto/client-node';
import { isSluiceError, SluiceError } from '@sluice/contracts';
import type { Sealer } from '../keys.js';
import { cutIntoParts, FRAME_BYTES, gatherFrames } from './frames.js';
import { destroyStream, runDry, runThrough } from './run-through.js';

const client = buildClient({
  commitmentPolicy: CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT,
  maxEncryptedDataKeys: 1,
});
/** Memory of finished messages, for the next: fresh memory costs as much time as the cipher. */
const MAX_SPARE_FRAMES = 8;
const spareFrames: Buffer[] = [];
const SUITE = AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY;

/**
 * Seals and opens messages of the AWS Encryption SDK under `materials`, bound to `context` (clear text in the header and in the
 * key service's log). Opened bytes leave frame by frame, each authenticated; the end is only reached when nothing is missing.
 * `open` throws CRYPTO_OPEN_FAILED, or what the key service said; an error of the source passes unchanged.
 */
export function createSealer(materials: NodeMaterialsManager, context: EncryptionContext): Sealer {
  return {
    seal: (plain) => sealMessage(materials, context, plain),
    open: (sealed) => openMessage(requireContext(materials, context), sealed),
  };
}

/** A generator: the SDK's stream, whose errors nobody would hear before it is read, must not exist sooner. */
async function* sealMessage(
  materials: NodeMaterialsManager,
  context: EncryptionContext,
  plain: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  const stream = client.encryptStream(materials, {
    suiteId: SUITE,
    encryptionContext: { ...context },
    frameLength: FRAME_BYTES,
  });
  const frame = spareFrames.pop() ?? Buffer.allocUnsafeSlow(FRAME_BYTES);
  yield* runThrough(stream, gatherFrames(plain, frame), runDry);
  // Only reached at the end: a stream that was left half-way may still read it. Secrets go through here, too.
  frame.fill(0);
  if (spareFrames.length < MAX_SPARE_FRAMES) spareFrames.push(frame);
}

async function* openMessage(
  materials: NodeMaterialsManager,
  sealed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  const source = watchSource(sealed);
  try {
    yield* runThrough(
      client.decryptUnsignedMessageStream(materials),
      cutIntoParts(source.chunks()),
      destroyStream,
    );
  } catch (error) {
    if (source.failed() || isSluiceError(error)) throw error;
    throw new SluiceError('CRYPTO_OPEN_FAILED', { cause: error });
  }
}

/** The header's context is authenticated by the SDK; that it is the expected one is ours to compare, before any key is asked for. */
function requireContext(materials: NodeMaterialsManager, context: EncryptionContext): NodeMaterialsManager {
  return {
    getEncryptionMaterials: (request) => materials.getEncryptionMaterials(request),
    async decryptMaterials(request) {
      if (!isDeepStrictEqual({ ...request.encryptionContext }, { ...context })) {
        throw new SluiceError('CRYPTO_OPEN_FAILED', { detail: 'sealed for another context' });
      }
      return materials.decryptMaterials(request);
    },
  };
}

function watchSource(source: AsyncIterable<Uint8Array>) {
  let failed = false;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      yield* source;
    } catch (error) {
      failed = true;
      throw error;
    }
  }
  return { chunks, failed: () => failed };
}
