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

describe('whose a staged delivery is taken to be', () => {
  it('any peer of its tenant, where all have one issuer of Patient IDs', () => {
    expect(sendersOf(PEERS, undefined)('t1').issuer).toBe('a');
  });

  it('the named one, where they have several: another issuer would be another patient', () => {
    expect(() => sendersOf(PEERS, undefined)('t2')).toThrow(/several issuers/);
    expect(sendersOf(PEERS, 'mr-2')('t2').name).toBe('mr-2');
  });

  it('nobody of another tenant', () => {
    expect(() => sendersOf(PEERS, 'mr-2')('t1')).toThrow(/no such peer/);
    expect(() => sendersOf(PEERS, undefined)('t3')).toThrow(/no such peer/);
  });
});

it('sluice announce asks for the peer table before it opens a door', async () => {
  vi.stubEnv('PEERS', undefined);
  await expect(announce.run([], createOutput(true), ownDesk())).rejects.toMatchObject({ code: 'CLI_USAGE' });
});
