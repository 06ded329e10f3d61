import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../', import.meta.url);

interface Named {
  readonly folder: string;
  readonly digest: string;
  readonly second?: Named;
}

/** Settings that run the shipped ultrasound model in production mode, pinned as inference's README does; `alone`: without its second opinion. */
export function shippedModel({ alone = false } = {}): Record<string, string> {
  const readme = readFileSync(new URL('apps/inference/README.md', ROOT), 'utf8');
  const [, text = '[]'] = /^INFERENCE_MODELS=(.*)$/m.exec(readme) ?? [];
  const models = (JSON.parse(text) as Named[]).map(({ second, ...first }) => ({
    ...found(first),
    ...(second && !alone && { second: found(second) }),
  }));
  return {
    INFERENCE_MODELS: JSON.stringify(models),
    INFERENCE_MODEL_KEY_FILE: fileURLToPath(new URL('models/signing-key.pem', ROOT)),
  };
}

const found = ({ folder, digest }: Named): Named => ({
  folder: fileURLToPath(new URL(folder, ROOT)),
  digest,
});
