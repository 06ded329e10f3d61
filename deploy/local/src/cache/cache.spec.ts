import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cached, type Download } from './cache.js';
import { runCommand } from './run-command.js';

describe('the cache of downloads', () => {
  let folder: string;
  let fetches: number;
  let lines: string[];
  const say = (line: string): number => lines.push(line);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-cache-'));
    vi.stubEnv('XDG_CACHE_HOME', folder);
    fetches = 0;
    lines = [];
  });

  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  const thing: Download = {
    name: 'thing-1',
    from: 'a test',
    async fetch(into) {
      fetches++;
      await sleep(50);
      await writeFile(join(into, 'content'), `${fetches}`);
    },
  };

  it('fetches once for runs at the same time and for later ones', async () => {
    const [first, second] = await Promise.all([cached(thing, say), cached(thing, say)]);
    const third = await cached(thing, say);
    expect([second, third]).toEqual([first, first]);
    expect(await readFile(join(first, 'content'), 'utf8')).toBe('1');
    expect(lines.filter((line) => line.startsWith('fetching'))).toEqual(['fetching thing-1 from a test ...']);
  });

  it('leaves nothing half-way behind a failure, and fetches anew', async () => {
    const broken = {
      ...thing,
      fetch: (into: string) => thing.fetch(into).then(() => Promise.reject(new Error('cut'))),
    };
    await expect(cached(broken, say)).rejects.toThrow('cut');
    expect(existsSync(join(folder, 'sluice', 'thing-1'))).toBe(false);
    expect(await readFile(join(await cached(thing, say), 'content'), 'utf8')).toBe('2');
  });
});

describe('a command', () => {
  it('says what to install when there is no such program', async () => {
    await expect(runCommand(['sluice-no-such-program'], 'Install it.')).rejects.toThrow(/^Install it\.$/);
  });

  it('shows the end of its output when it fails', async () => {
    const failing = runCommand(['sh', '-c', 'echo one; echo two >&2; exit 3'], 'Install it.');
    await expect(failing).rejects.toThrow(/^Install it\.\nsh ended with status 3:\none\ntwo$/);
  });
});
