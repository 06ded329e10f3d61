import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerAnswers } from './docker-engine.js';
import { chooseWay } from './stack.js';

describe('which way the servers run', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-docker-'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  async function program(script: string): Promise<string> {
    const file = join(folder, `docker-${script.length}`);
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o755);
    return file;
  }

  it('is containers where an engine answers', async () => {
    const docker = await program('[ "$1" = info ] && echo 29.0');
    expect(await chooseWay(() => dockerAnswers(docker))).toBe('containers');
  });

  it('is processes where the client finds no engine', async () => {
    const docker = await program('echo "Cannot connect to the Docker daemon" >&2; exit 1');
    expect(await chooseWay(() => dockerAnswers(docker))).toBe('processes');
  });

  it('is processes where there is no client', async () => {
    expect(await chooseWay(() => dockerAnswers(join(folder, 'nowhere')))).toBe('processes');
  });
});
