import { join } from 'node:path';
import { asset } from '../assets.js';
import { cached, type Download } from '../cache/cache.js';
import { runCommand } from '../cache/run-command.js';
import type { Recipe } from './recipe.js';

const VERSION = '5.2.5';
const NEEDS =
  'The key server needs Python 3.10 or newer with venv and pip: install it (Debian: apt-get install python3-venv), or start a Docker engine.';

const ENVIRONMENT: Download = {
  name: `moto-${VERSION}`,
  from: 'PyPI (139 MB installed)',
  async fetch(folder) {
    await runCommand(['python3', '-m', 'venv', folder], NEEDS);
    const packages = [`moto[kms]==${VERSION}`, 'flask', 'flask-cors'];
    await runCommand([join(folder, 'bin', 'python'), '-m', 'pip', 'install', '--quiet', ...packages], NEEDS);
  },
};

/** moto's key server inside `kms_server.py`, which keeps the keys in a file and honours their state. */
export const kmsRecipe: Recipe = {
  stopSignal: 'SIGTERM',
  async prepare({ folder, port }, say) {
    return {
      file: join(await cached(ENVIRONMENT, say), 'bin', 'python'),
      args: [asset('kms_server.py'), '--host', '127.0.0.1', '--port', `${port}`],
      env: { KMS_STATE: join(folder, 'keys.pickle'), PYTHONDONTWRITEBYTECODE: '1' },
    };
  },
};
