import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestFolder, readModelFolder } from './model-folder.js';
import { type ModelSettings, openModels } from './open-models.js';
import { SIGNATURE_FILE, verifyFiles } from './signature.js';

const MODELS = join(import.meta.dirname, '../../../../models');
const KEY = readFileSync(join(MODELS, 'signing-key.pem'), 'utf8');

describe('the models that ship', () => {
  // After a change: `npx sluice sign-model models/NAME/VERSION --key FILE`, by who holds the private half of models/signing-key.pem.
  it.each(['breast-us', 'breast-us-svm'])('%s is signed, every file of it', async (name) => {
    const folder = join(MODELS, name, '1');
    const signature = readFileSync(join(folder, SIGNATURE_FILE), 'utf8');
    const digests = await digestFolder(folder);
    expect(() => verifyFiles(signature, digests, KEY)).not.toThrow();
  });

  it('breast-us loads in production mode, pinned as its README says', { timeout: 120_000 }, async () => {
    const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
    const digest = /"digest":"([0-9a-f]{64})"/.exec(readme)?.[1];
    const folder = join(MODELS, 'breast-us/1');
    expect((await readModelFolder(folder, { publicKey: KEY })).digest).toBe(digest);
    const settings: ModelSettings = {
      INFERENCE_MODELS: JSON.stringify([{ folder, digest }]),
      INFERENCE_MODE: 'production',
      INFERENCE_MODEL_KEY: KEY,
      INFERENCE_DEVICE: 'cpu',
      INFERENCE_PROCESSES: 1,
      INFERENCE_THREADS: 1,
      INFERENCE_BATCH: 4,
      INFERENCE_DELAY_MS: 0,
      INFERENCE_TIMEOUT_MS: 120_000,
    };
    const [model] = await openModels(settings);
    expect(model?.identity).toEqual({ name: 'breast-us', version: '1', digest });
    await model?.runner.close();
  });
});
