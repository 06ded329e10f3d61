import { encodeEvent } from '@sluice/contracts';
import { expect, it } from 'vitest';
import { policyEvent } from './index.js';

it('says which policy is in force, by digest and not by text', () => {
  const event = policyEvent({ room: 'intake', setting: 'PEERS', text: 'the table' });
  expect(event.data).toMatchObject({
    actor: { kind: 'service', name: 'intake' },
    action: 'policy-change',
    subject: {
      setting: 'PEERS',
      sha256: 'fa8e3fd97beabfc0ae6f9136cf857d36e125b6da73e05815e796e0c17224821b',
    },
  });
  expect(String(encodeEvent(event).value)).not.toContain('the table');
  expect(policyEvent({ room: 'intake', setting: 'PEERS', text: 'the table' }).id).not.toBe(event.id);
});
