import { fileURLToPath } from 'node:url';
import { readPeers } from '@sluice/intake/peers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ownDesk } from '../desk.js';
import { createOutput } from '../output.js';
import { sendersOf } from '../announce/senders.js';
import { announce } from './announce.js';

afterEach(() => vi.unstubAllEnvs());

const PEERS = readPeers(
  JSON.stringify([
    { name: 'ct-1', tenant: 't1', aeTitle: 'CT1', issuer: 'a' },
    { name: 'ct-2', tenant: 't1', aeTitle: 'CT2', issuer: 'a' },
    { name: 'mr-1', tenant: 't2', aeTitle: 'MR1', issuer: 'a' },
    { name: 'mr-2', tenant: 't2', aeTitle: 'MR2', issuer: 'b' },
  ]),
);

describe('whose a staged delivery may be', () => {
  it('every peer of its tenant, the named one first', () => {
    const names = (tenant: string, named?: string) => sendersOf(PEERS, named)(tenant).map(({ name }) => name);
    expect(names('t1')).toEqual(['ct-1', 'ct-2']);
    expect(names('t1', 'ct-2')).toEqual(['ct-2', 'ct-1']);
    expect(names('t1', 'mr-2')).toEqual(['ct-1', 'ct-2']);
    expect(names('t2', 'mr-2')).toEqual(['mr-2', 'mr-1']);
    expect(names('t3')).toEqual([]);
  });

  it('nobody whom PEERS has not', () => {
    expect(() => sendersOf(PEERS, 'nobody')).toThrow(/no peer of this name/);
  });
});

it('sluice announce asks for the peer table before it opens a door', async () => {
  vi.stubEnv('PEERS', undefined);
  await expect(announce.run([], createOutput(true), ownDesk())).rejects.toMatchObject({ code: 'CLI_USAGE' });
});

it('and reads who was forgotten before that, to the last line', async () => {
  vi.stubEnv('PEERS', undefined);
  const args = ['--forgotten', fileURLToPath(import.meta.url)];
  const wrong = { code: 'CLI_USAGE', detail: expect.stringContaining('line 1') as string };
  await expect(announce.run(args, createOutput(true), ownDesk())).rejects.toMatchObject(wrong);
});
