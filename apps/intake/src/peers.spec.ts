import { describe, expect, it } from 'vitest';
import { peerOfRequest, readPeers, recogniseCaller, type Caller } from './peers.js';
import { TOKEN_SHA256 } from './testing/intake-room.js';

const FINGERPRINT = 'ab'.repeat(32);
const caller: Caller = {
  callingAE: 'CT1',
  calledAE: 'SLUICE',
  remoteAddress: '10.1.2.3',
  fingerprint: undefined,
};
const table = (...rows: object[]) => readPeers(JSON.stringify(rows));
const row = { name: 'ct-1', tenant: 't1', aeTitle: 'CT1' };

describe('the peer table', () => {
  it.each([
    ['not JSON', '{'],
    ['a title twice', JSON.stringify([row, { ...row, name: 'ct-2' }])],
    ['an address that is none', JSON.stringify([{ ...row, addresses: ['hospital.example'] }])],
    ['a range too wide', JSON.stringify([{ ...row, addresses: ['10.0.0.0/33'] }])],
    ['a field nobody knows', JSON.stringify([{ ...row, adress: '10.0.0.1' }])],
    ['a token instead of its digest', JSON.stringify([{ ...row, tokenSha256: 'SECRET-TOKEN' }])],
  ])('is refused when it has %s, and no value is told', (_what, text) => {
    expect(() => readPeers(text)).toThrow(/^SERVICE_CONFIG_INVALID: PEERS: /);
    expect(() => readPeers(text)).toThrow(
      expect.not.objectContaining({ message: expect.stringMatching(/SECRET|hospital/) as string }),
    );
  });
});

describe('recogniseCaller', () => {
  it.each([
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['10.0.0.0/8', '11.1.2.3', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['fd00::/8', 'fd12::1', true],
    ['fd00::/8', '10.1.2.3', false],
    ['10.0.0.0/8', '', false],
  ])('an address in %s: %s is %s', (range, remoteAddress, known) => {
    const found = recogniseCaller(table({ ...row, addresses: [range] }), { ...caller, remoteAddress });
    expect(found.peer !== undefined).toBe(known);
  });

  it('asks for the certificate first: a stranger does not learn which title to call', () => {
    const peers = table({ ...row, certificate: FINGERPRINT, calledAeTitle: 'OTHER' });
    expect(recogniseCaller(peers, caller)).toEqual({ refused: 'caller', claimed: 'ct-1' });
    const proven = { ...caller, fingerprint: FINGERPRINT.toUpperCase().replace(/(..)(?!$)/g, '$1:') };
    expect(recogniseCaller(peers, proven)).toEqual({ refused: 'called-title', claimed: 'ct-1' });
    expect(recogniseCaller(peers, { ...proven, calledAE: 'OTHER ' })).toMatchObject({
      peer: { name: 'ct-1' },
    });
  });

  it('a peer without a title is not reachable by an empty one', () => {
    expect(
      recogniseCaller(table({ name: 'web', tenant: 't1' }), { ...caller, callingAE: '' }).peer,
    ).toBeUndefined();
  });
});

describe('peerOfRequest', () => {
  const peers = table(
    { name: 'by-token', tenant: 't1', tokenSha256: TOKEN_SHA256 },
    { name: 'by-certificate', tenant: 't1', certificate: FINGERPRINT },
  );
  const from = { remoteAddress: '127.0.0.1' };

  it('a token decides over a certificate, and a wrong token is not healed by one', () => {
    const both = { ...from, token: 'test-token', fingerprint: FINGERPRINT };
    expect(peerOfRequest(peers, both)?.name).toBe('by-token');
    expect(peerOfRequest(peers, { ...both, token: 'wrong' })).toBeUndefined();
    expect(peerOfRequest(peers, { ...both, token: undefined })?.name).toBe('by-certificate');
    expect(peerOfRequest(peers, { ...from, token: undefined, fingerprint: undefined })).toBeUndefined();
  });
});
