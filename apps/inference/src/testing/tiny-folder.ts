import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestFolder } from '../model/model-folder.js';
import type { ModelSettings } from '../model/open-models.js';
import { SIGNATURE_FILE, signFiles } from '../model/signature.js';
import { tinyModel, type TinyModel } from './tiny-model.js';

const SIZE = 16;

/** What a tiny model's contract says beside what is always so. */
export interface TinyContract {
  readonly modality?: string;
  readonly bodyPart?: string;
  readonly frames?: 'single' | 'each';
}

/** A signed version of a tiny model, in a folder of its own. */
export interface TinyFolder {
  readonly folder: string;
  /** SHA-256 of its model.onnx. */
  readonly digest: string;
  readonly publicKey: string;
  /** Settings that load it in production mode. */
  readonly settings: ModelSettings;
  remove(): Promise<void>;
}

/** A picture of a grey above 128 is a lesion to it, where nothing else is said: `mask` = sigmoid(grey - 128). */
export async function tinyFolder(model: TinyModel = {}, contract: TinyContract = {}): Promise<TinyFolder> {
  const root = await mkdtemp(join(tmpdir(), 'sluice-tiny-'));
  const folder = join(root, 'tiny', '1');
  await mkdir(folder, { recursive: true });
  const bytes = tinyModel({ size: SIZE, bias: -128, ...model });
  await writeFile(join(folder, 'model.onnx'), bytes);
  await writeFile(join(folder, 'contract.json'), JSON.stringify(contractWords(contract)));
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  await writeFile(join(folder, SIGNATURE_FILE), signFiles('tiny', await digestFolder(folder), privateKey));
  const digest = createHash('sha256').update(bytes).digest('hex');
  const settings: ModelSettings = {
    INFERENCE_MODELS: JSON.stringify([{ folder, digest }]),
    INFERENCE_MODE: 'production',
    INFERENCE_MODEL_KEY: publicKey,
    INFERENCE_DEVICE: 'cpu',
    INFERENCE_PROCESSES: 1,
    INFERENCE_THREADS: 1,
    INFERENCE_BATCH: 4,
    INFERENCE_DELAY_MS: 0,
    INFERENCE_TIMEOUT_MS: 60_000,
  };
  return { folder, digest, publicKey, settings, remove: () => rm(root, { recursive: true }) };
}

const contractWords = ({ modality = 'US', bodyPart = 'BREAST', frames = 'single' }: TinyContract) => ({
  name: 'tiny',
  researchUseOnly: true,
  fits: {
    modality: [modality],
    bodyPart: [bodyPart],
    photometric: ['MONOCHROME2'],
    frames,
    lesionInPicture: 'possible',
  },
  input: {
    name: 'image',
    letterbox: { size: SIZE, longSide: 'fit', place: 'centre', fill: 0, resample: 'lanczos3' },
    stretchBelowSteps: 0,
  },
  classes: ['benign', 'malignant'],
  positiveClass: 'malignant',
  temperature: { value: 1, appliedInGraph: true },
  outline: { threshold: 0.5 },
  triage: { urgentFrom: 0.9, soonFrom: 0.05 },
});
