import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { SluiceError } from '@sluice/contracts';
import { z } from 'zod';

/** Name of the signature's file beside what it signs. */
export const SIGNATURE_FILE = 'model.sig';

const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
const PREDICATE_TYPE = 'https://model_signing/signature/v1.0';
/** Hash by curve, as sigstore's specifications pair them. */
const HASHES: Readonly<Record<string, string>> = {
  prime256v1: 'sha256',
  secp384r1: 'sha384',
  secp521r1: 'sha512',
};
const MOST_SIGNATURE_CHARACTERS = 1024 * 1024;

/** Files of a model folder by name, each with its SHA-256 (hex). */
export type FileDigests = ReadonlyMap<string, string>;

const Hex = z.string().regex(/^[0-9a-f]{64}$/);
const Bundle = z.object({
  mediaType: z.literal(BUNDLE_TYPE),
  verificationMaterial: z.object({ publicKey: z.object({ hint: z.string().max(128) }) }),
  dsseEnvelope: z.object({
    payload: z.base64(),
    payloadType: z.literal(PAYLOAD_TYPE),
    signatures: z.array(z.object({ sig: z.base64() })).length(1),
  }),
});
const Statement = z.object({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(z.object({ name: z.string().max(256), digest: z.object({ sha256: Hex }) })).length(1),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: z.object({
    serialization: z.object({ method: z.literal('files'), hash_type: z.literal('sha256') }),
    resources: z
      .array(z.object({ name: z.string().max(256), algorithm: z.literal('sha256'), digest: Hex }))
      .min(1)
      .max(1000),
  }),
});

/**
 * Signs files as OpenSSF Model Signing v1.0 does with a key: a sigstore bundle, in it a DSSE envelope, in it an in-toto statement
 * of file digests, by ECDSA over P-256, P-384 or P-521. `privateKey` is PEM. @throws Error when it is no such key
 */
export function signFiles(name: string, files: FileDigests, privateKey: string): string {
  const key = createPrivateKey(privateKey);
  const payload = Buffer.from(JSON.stringify(statementOf(name, files)));
  const signature = sign(hashOf(key), envelopeOf(payload), key);
  const bundle = {
    mediaType: BUNDLE_TYPE,
    verificationMaterial: { publicKey: { hint: hintOf(createPublicKey(key)) }, tlogEntries: [] },
    dsseEnvelope: {
      payload: payload.toString('base64'),
      payloadType: PAYLOAD_TYPE,
      signatures: [{ sig: signature.toString('base64'), keyid: '' }],
    },
  };
  return `${JSON.stringify(bundle)}\n`;
}

/**
 * Holds when `signature` was made with the private half of `publicKey` (PEM) over exactly these files: none is changed, none is
 * missing, none was added. @throws SluiceError INFERENCE_MODEL_UNSIGNED
 */
export function verifyFiles(signature: string, files: FileDigests, publicKey: string): void {
  const key = publicKeyOf(publicKey);
  const { dsseEnvelope, verificationMaterial } = parsed(Bundle, signature);
  if (verificationMaterial.publicKey.hint !== hintOf(key)) throw unsigned('it was signed with another key');
  const payload = Buffer.from(dsseEnvelope.payload, 'base64');
  const [made] = dsseEnvelope.signatures;
  if (!made || !verify(hashOf(key), envelopeOf(payload), key, Buffer.from(made.sig, 'base64')))
    throw unsigned('the signature does not hold');
  const { subject, predicate } = parsed(Statement, payload.toString('utf8'));
  const signed = new Map(predicate.resources.map((resource) => [resource.name, resource.digest]));
  if (subject[0]?.digest.sha256 !== rootOf(predicate.resources.map(({ digest }) => digest)))
    throw unsigned('the signed list contradicts itself');
  if (signed.size !== files.size || [...files].some(([name, digest]) => signed.get(name) !== digest))
    throw unsigned('the files are not those that were signed');
}

function statementOf(name: string, files: FileDigests): z.infer<typeof Statement> & object {
  const sorted = [...files].sort(([one], [other]) => (one < other ? -1 : 1));
  const serialization = {
    method: 'files' as const,
    hash_type: 'sha256' as const,
    allow_symlinks: false,
    ignore_paths: [SIGNATURE_FILE],
  };
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name, digest: { sha256: rootOf(sorted.map(([, digest]) => digest)) } }],
    predicateType: PREDICATE_TYPE,
    predicate: {
      serialization,
      resources: sorted.map(([file, digest]) => ({ name: file, algorithm: 'sha256', digest })),
    },
  };
}

/** SHA-256 over the digests themselves, in their order. */
function rootOf(digests: readonly string[]): string {
  const hash = createHash('sha256');
  for (const digest of digests) hash.update(Buffer.from(digest, 'hex'));
  return hash.digest('hex');
}

/** DSSE pre-authentication encoding, version 1. */
function envelopeOf(payload: Buffer): Buffer {
  const head = `DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

function hintOf(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'pem' }))
    .digest('hex');
}

function hashOf(key: KeyObject): string {
  const hash = HASHES[key.asymmetricKeyDetails?.namedCurve ?? ''];
  if (!hash) throw unsigned('the key is not ecdsa over a nist curve');
  return hash;
}

function publicKeyOf(pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch (cause) {
    throw unsigned('the key cannot be read', cause);
  }
}

function parsed<T>(schema: z.ZodType<T>, text: string): T {
  if (text.length > MOST_SIGNATURE_CHARACTERS) throw unsigned('the signature is too long');
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw unsigned('the signature cannot be read', cause);
  }
}

function unsigned(detail: string, cause?: unknown): SluiceError {
  return new SluiceError('INFERENCE_MODEL_UNSIGNED', { detail, cause });
}
