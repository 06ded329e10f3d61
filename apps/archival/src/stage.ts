import type { Audit } from '@sluice/audit';
import type { Bus } from '@sluice/bus';
import { type InstanceIds, objectNames } from '@sluice/contracts';
import { defineStage, type Stage } from '@sluice/service';
import { archiveObject } from './archive-object.js';
import { carryOutDecision } from './carry-out-decision.js';
import type { ArchivalDoors } from './doors.js';
import { noteBatch } from './rows/note-batch.js';
import { noteScrubbed } from './release/note-scrubbed.js';
import { noteInferred } from './rows/note-inferred.js';
import { noteOutcome } from './rows/note-outcome.js';
import { noteReceived } from './rows/note-received.js';
import { settle, type StagedCopy } from './settle.js';

/** What archival hears and says; `study.archived` and most repeated announcements come from its sweep. */
export const archivalStage = (
  doors: ArchivalDoors,
  { audit, bus }: { audit: Audit; bus: Pick<Bus, 'ensureTopics'> },
): Stage => {
  const ensureTopic = deidTopics(bus);
  return defineStage({
    name: 'archival',
    consumes: {
      'instance.received.v1': (data, event) => settleAfter(doors, data, noteReceived(doors.tables, event)),
      'instance.scrubbed.v1': (data) => settleAfter(doors, data, noteScrubbed(doors, data)),
      'instance.quarantined.v1': (data) => settleAfter(doors, data, noteOutcome(doors.tables, data)),
      'instance.inferred.v1': (data) => {
        const staged = objectNames.stagedClean(data, data.outcome);
        return settleAfter(doors, { ...data, copy: { staged } }, noteInferred(doors.tables, data));
      },
      'instance.decided.v1': (data) => carryOutDecision(doors, audit, data),
      'object.sealed.v1': async (data) => {
        await ensureTopic(data.tenant);
        return archiveObject(doors, data);
      },
      'batch.closed.v1': async (data) => {
        await noteBatch(doors.tables, data);
        return [];
      },
      'audit.recorded.v1': async (data) => {
        await audit.record(data);
        return [];
      },
    },
    produces: ['instance.archived.v1', 'deid.instance.v1', 'study.archived.v1', 'instance.received.v1'],
  });
};

/** What was noted may have been the last that a staged object waited for. */
async function settleAfter(
  doors: ArchivalDoors,
  content: Pick<InstanceIds, 'instanceKey' | 'contentKey'> & { readonly copy?: StagedCopy },
  noted: Promise<void>,
): Promise<never[]> {
  await noted;
  await settle(doors, content, content.copy);
  return [];
}

/** Makes sure that a tenant's analytics topic is there before something is published on it; asks once per tenant. */
function deidTopics(bus: Pick<Bus, 'ensureTopics'>): (tenant: string) => Promise<void> {
  const known = new Map<string, Promise<void>>();
  return (tenant) => {
    const ensured = known.get(tenant) ?? bus.ensureTopics({ groups: [], tenants: [tenant] });
    known.set(tenant, ensured);
    ensured.catch(() => known.delete(tenant));
    return ensured;
  };
}
