import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestFolder, readModelFolder } from './model-folder.js';
import { type ModelSettings, openModels } from './open-models.js';
import { SIGNATURE_FILE, verifyFiles } from './signature.js';

const MODELS = join(import.meta.dirname, '../../../../models');
const KEY = readFileSync(join(MODELS, 'signing-key.pem'), 'utf8');

/** Inside a square of 100 pixels. */
const square = (name: string, value: number) => ({
  ...{ name, shape: [1, 1, 256, 256] },
  data: Float32Array.from({ length: 256 * 256 }, (_, at) =>
    Math.max(Math.abs((at % 256) - 128), Math.abs(Math.floor(at / 256) - 128)) < 50 ? value : value / 9,
  ),
});

describe('the models that ship', () => {
  // After a change: `npx sluice sign-model models/NAME/VERSION --key FILE`, by who holds the private half of models/signing-key.pem.
  it.each(['breast-us', 'breast-us-svm'])('%s is signed, every file of it', async (name) => {
    const folder = join(MODELS, name, '1');
    const signature = readFileSync(join(folder, SIGNATURE_FILE), 'utf8');
    const digests = await digestFolder(folder);
    expect(() => verifyFiles(signature, digests, KEY)).not.toThrow();
  });

  it(
    'breast-us loads in production mode with its second opinion, pinned as the README says',
    { timeout: 120_000 },
    async () => {
      const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
      const [digest, digestOfSecond] = [...readme.matchAll(/"digest":"([0-9a-f]{64})"/g)].map(
        ([, one]) => one,
      );
      const [folder, second] = ['breast-us/1', 'breast-us-svm/1'].map((name) => join(MODELS, name));
      expect((await readModelFolder(folder!, { publicKey: KEY })).digest).toBe(digest);
      expect((await readModelFolder(second!, { publicKey: KEY })).digest).toBe(digestOfSecond);
      const pair = { folder, digest, second: { folder: second, digest: digestOfSecond } };
      const settings: ModelSettings = {
        INFERENCE_MODELS: JSON.stringify([pair]),
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
      expect(model?.second?.identity).toEqual({
        name: 'breast-us-svm',
        version: '1',
        digest: digestOfSecond,
      });
      const [probabilities] = await model!.second!.queue.submit([square('image', 90), square('mask', 0.9)]);
      expect(probabilities?.data.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 4);
      await model?.runner.close();
    },
  );
});
