import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, type Download } from '../cache/cache.js';
import { runCommand } from '../cache/run-command.js';
import { clearKilledPuts } from './clear-killed-puts.js';
import type { Recipe } from './recipe.js';

const VERSION = 'v1.8.0';
const NEEDS =
  'The S3 server needs Go 1.24 or newer to be built: install it from https://go.dev/dl, or start a Docker engine.';

const PROGRAM: Download = {
  name: `versitygw-${VERSION}`,
  from: "Go's module proxy (about a minute and a half)",
  async fetch(folder) {
    const go = ['go', 'install', `github.com/versity/versitygw/cmd/versitygw@${VERSION}`] as const;
    await runCommand(go, NEEDS, { env: { ...process.env, GOBIN: folder } });
  },
};

/** versitygw on a folder. It does not fsync: it stands for the protocol and a killed process, not for a lost machine. */
export const s3Recipe: Recipe = {
  stopSignal: 'SIGTERM',
  async prepare({ folder, port, record }, say) {
    const data = join(folder, 'data');
    const meta = join(folder, 'meta');
    await mkdir(data, { recursive: true });
    await mkdir(meta, { recursive: true });
    return {
      file: join(await cached(PROGRAM, say), 'versitygw'),
      // The sidecar holds metadata as files: not every file system has extended attributes.
      args: ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', '--sidecar', meta, data],
      mend: () => clearKilledPuts(meta, data),
      env: { ROOT_ACCESS_KEY: record.accessKey, ROOT_SECRET_KEY: record.secretKey },
    };
  },
};
