import { createHash } from 'node:crypto';
import type { SluiceEvent } from '@sluice/contracts';
import { completeRecord } from './audit-record.js';

/** A policy as a room found it at its start: the setting's name and its text, which does not leave the room. */
export interface Policy {
  readonly room: string;
  readonly setting: string;
  readonly text: string;
}

/** The event by which the audit trail learns which policy is in force from now on: the SHA-256 (hex) of its text. @throws SluiceError AUDIT_RECORD_INVALID */
export function policyEvent({ room, setting, text }: Policy): SluiceEvent<'audit.recorded.v1'> {
  const data = completeRecord({
    tenant: '-',
    actor: { kind: 'service', name: room },
    action: 'policy-change',
    subject: { setting, sha256: createHash('sha256').update(text).digest('hex') },
    outcome: 'success',
  });
  return { id: data.id, type: 'audit.recorded.v1', source: room, time: data.at, data };
}
