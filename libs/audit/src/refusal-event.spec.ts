import { canonicalJson, encodeEvent } from '@sluice/contracts';
import { expect, it } from 'vitest';
import { hashOf } from './chain.js';
import { refusalEvent } from './index.js';

const refusal = {
  room: 'intake',
  tenant: '-',
  actor: { kind: 'peer', name: 'CT1' },
  subject: { peer: 'CT1' },
  code: 'INTAKE_PEER_REFUSED',
} as const;

it('makes an event that the corridor takes', () => {
  const event = refusalEvent(refusal);
  expect(encodeEvent(event)).toMatchObject({
    topic: 'audit.recorded',
    key: event.id,
    headers: { ce_source: '/sluice/intake' },
  });
  expect(event.data).toMatchObject({ action: 'refuse', outcome: 'refused', code: 'INTAKE_PEER_REFUSED' });
  expect(event.data).not.toHaveProperty('room');
});

it('gives the same event for the same id and time, another one otherwise', () => {
  const fixed = { ...refusal, id: 'refusal-1', at: '2026-11-21T10:00:00.000Z' };
  expect(refusalEvent(fixed)).toEqual(refusalEvent(fixed));
  expect(refusalEvent(refusal).id).not.toBe(refusalEvent(refusal).id);
});

it('refuses what the contract does not allow', () => {
  expect(() => refusalEvent({ ...refusal, tenant: 'St. Mary' })).toThrowError(
    expect.objectContaining({ code: 'AUDIT_RECORD_INVALID', detail: 'tenant' }),
  );
});

it('hashes the same record the same way whatever the order of its keys', () => {
  const [one, two] = [
    { b: 1, a: { d: [1, { z: 1, y: 2 }], c: null } },
    { a: { c: null, d: [1, { y: 2, z: 1 }] }, b: 1 },
  ];
  expect(canonicalJson(one)).toBe('{"a":{"c":null,"d":[1,{"y":2,"z":1}]},"b":1}');
  expect(hashOf('0'.repeat(64), canonicalJson(one))).toBe(hashOf('0'.repeat(64), canonicalJson(two)));
});
