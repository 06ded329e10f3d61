import { fileURLToPath } from 'node:url';
import { delimiter, join } from 'node:path';

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const BIN = join(ROOT, 'node_modules', '.bin');

/** The project's own Node 24, from the npm package `node`. */
export const NODE = join(BIN, 'node');

/** An environment in which the project's tools and its Node come first. */
export function toolEnvironment(extra = {}) {
  return { ...process.env, PATH: `${BIN}${delimiter}${process.env.PATH}`, ...extra };
}

/** An environment without any project's tools: `npm ci` removes the Node that `npm run` has put first. */
export function systemEnvironment() {
  const entries = (process.env.PATH ?? '').split(delimiter);
  const path = entries.filter((entry) => !/[\\/]node_modules[\\/]\.bin[\\/]?$/.test(entry)).join(delimiter);
  return { ...process.env, PATH: path };
}
