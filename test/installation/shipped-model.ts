import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../', import.meta.url);

/** Settings that run the shipped ultrasound model in production mode, pinned by the digest that inference's README names. */
export function shippedModel(): Record<string, string> {
  const readme = readFileSync(new URL('apps/inference/README.md', ROOT), 'utf8');
  const [, folder = '', digest = ''] =
    /"folder":"(models\/breast-us\/\d+)","digest":"([0-9a-f]{64})"/.exec(readme) ?? [];
  if (!digest) throw new Error("inference's README names no model");
  return {
    INFERENCE_MODELS: JSON.stringify([{ folder: fileURLToPath(new URL(folder, ROOT)), digest }]),
    INFERENCE_MODEL_KEY_FILE: fileURLToPath(new URL('models/signing-key.pem', ROOT)),
  };
}
