import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freePort } from './ports.js';
import { endProcess, isAlive, startTimeOf } from './process-life.js';
import { canReach } from './unix-user.js';

async function sleeper(script: string): Promise<{ child: ChildProcess; pid: number; startedAt: string }> {
  const child = spawn('sh', ['-c', `${script}; echo ready; while :; do sleep 0.1; done`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  const pid = child.pid ?? 0;
  return { child, pid, startedAt: startTimeOf(pid) ?? '' };
}

describe('the life of a process', () => {
  it('ends politely', async () => {
    const running = await sleeper("trap 'exit 0' TERM");
    await endProcess(running, 'SIGTERM');
    expect(isAlive(running)).toBe(false);
  });

  it('ends the hard way when it does not listen', async () => {
    const running = await sleeper("trap '' TERM");
    await endProcess(running, 'SIGTERM', 100);
    expect(isAlive(running)).toBe(false);
  });

  it('never ends another process that was given the same id', async () => {
    const running = await sleeper(':');
    const stranger = { pid: running.pid, startedAt: 'long ago' };
    expect(isAlive(stranger)).toBe(false);
    await endProcess(stranger, 'SIGKILL');
    expect(isAlive(running)).toBe(true);
    await endProcess(running, 'SIGKILL');
  });
});

describe('a free port', () => {
  it('is the wanted one when it is free, and another when it is not', async () => {
    const wanted = await freePort();
    expect(await freePort(wanted)).toBe(wanted);
    const server = createServer().listen(wanted, '127.0.0.1');
    await once(server, 'listening');
    expect(await freePort(wanted)).not.toBe(wanted);
    server.close();
  });
});

describe('a folder for another user', () => {
  it('is out of reach below a closed folder', async () => {
    const closed = await mkdtemp(join(tmpdir(), 'sluice-closed-'));
    const stranger = { uid: 65533, gid: 65533 };
    expect(await canReach(stranger, join(closed, 'inside'))).toBe(false);
    expect(await canReach(stranger, closed)).toBe(true);
    await rm(closed, { recursive: true });
  });
});
