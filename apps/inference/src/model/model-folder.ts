import { createHash } from 'node:crypto';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SluiceError } from '@sluice/contracts';
import { checkOnnxFile, MOST_MODEL_BYTES } from './onnx-file.js';
import { type FileDigests, SIGNATURE_FILE, verifyFiles } from './signature.js';

/** What a version of a model must be to be loaded. */
export interface ModelTrust {
  /** SHA-256 (hex) of model.onnx. */
  readonly digest?: string | undefined;
  /** PEM of the key that signs models; with none an unsigned folder is taken. */
  readonly publicKey?: string | undefined;
}

/** A version of a model, read and checked: its bytes are used as they are here, never read again. */
export interface ModelFolder {
  readonly model: Buffer;
  /** SHA-256 (hex) of `model`. */
  readonly digest: string;
  /** Text of contract.json: what the model takes and gives, for `contractSchema`. A second opinion has none: it goes by the first model's. */
  readonly contract: string | undefined;
  readonly signed: boolean;
}

const MOST_FILES = 64;
const MODEL_FILE = 'model.onnx';
const CONTRACT_FILE = 'contract.json';

/**
 * Reads a version's folder (`models/<name>/<version>`): every file once, then digest, signature over all of them, and what the
 * ONNX file holds. @throws SluiceError INFERENCE_MODEL_MISSING, _DIGEST_WRONG, _UNSIGNED, _UNSAFE
 */
export async function readModelFolder(folder: string, trust: ModelTrust): Promise<ModelFolder> {
  const files = await readFiles(folder);
  const model = files.get(MODEL_FILE);
  const contract = files.get(CONTRACT_FILE)?.toString('utf8');
  if (!model) throw new SluiceError('INFERENCE_MODEL_MISSING', { detail: 'a file is missing' });
  const digests = digestsOf(files);
  const digest = digests.get(MODEL_FILE) ?? '';
  if (trust.digest && trust.digest !== digest) throw new SluiceError('INFERENCE_MODEL_DIGEST_WRONG');
  if (trust.publicKey) checkSignature(files, digests, trust.publicKey);
  checkOnnxFile(model);
  return { model, digest, contract, signed: trust.publicKey !== undefined };
}

/** SHA-256 of every file of a version's folder but its signature, as a signature covers them. @throws SluiceError INFERENCE_MODEL_MISSING, _UNSAFE */
export async function digestFolder(folder: string): Promise<FileDigests> {
  return digestsOf(await readFiles(folder));
}

function digestsOf(files: ReadonlyMap<string, Buffer>): Map<string, string> {
  return new Map(
    [...files]
      .filter(([name]) => name !== SIGNATURE_FILE)
      .map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')]),
  );
}

function checkSignature(files: ReadonlyMap<string, Buffer>, digests: FileDigests, publicKey: string): void {
  const signature = files.get(SIGNATURE_FILE);
  if (!signature) throw new SluiceError('INFERENCE_MODEL_UNSIGNED', { detail: 'there is no signature' });
  verifyFiles(signature.toString('utf8'), digests, publicKey);
}

/** Plain files alone: a link or a folder could lead elsewhere after it was looked at. */
async function readFiles(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new SluiceError('INFERENCE_MODEL_MISSING', { detail: 'there is no such folder', cause });
  });
  if (entries.length > MOST_FILES || entries.some((entry) => !entry.isFile()))
    throw new SluiceError('INFERENCE_MODEL_UNSAFE', { detail: 'the folder holds more than plain files' });
  const files = new Map<string, Buffer>();
  for (const { name } of entries) files.set(name, await readBounded(join(folder, name)));
  return files;
}

async function readBounded(file: string): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    if (size > MOST_MODEL_BYTES)
      throw new SluiceError('INFERENCE_MODEL_UNSAFE', { detail: 'the file is too large' });
    const bytes = Buffer.alloc(size);
    const { bytesRead } = await handle.read(bytes, 0, size, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
