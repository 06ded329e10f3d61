import { SluiceError } from '@sluice/contracts';
import type { Kysely } from '@sluice/database';
import { defineStage, type Stage } from '@sluice/service';
import { saidBefore } from './gate/say-inferred.js';
import { noteBatch, noteReceived, noteVerdict, objectIdOf } from './rows/note-instance.js';
import type { InferenceTables } from './rows/tables.js';

/** What the stage takes. */
export interface StageDoors {
  readonly tables: Kysely<InferenceTables>;
  /** Jobs that wait. */
  readonly waiting: () => number;
  /** As many may; then the corridor waits. */
  readonly mostWaiting: number;
}

/**
 * What inference hears becomes rows: models run from those, not inside a handler. What it says comes from its rounds (`rounds.ts`);
 * here only what was said of an object before, when it comes again.
 */
export const inferenceStage = (doors: StageDoors): Stage =>
  defineStage({
    name: 'inference',
    consumes: {
      'instance.received.v1': async (data) => {
        await noteReceived(doors.tables, data);
        return [];
      },
      'instance.scrubbed.v1': async (data, { traceparent }) => {
        const before = await saidBefore(doors.tables, objectIdOf(data));
        if (before.length === 0 && doors.waiting() >= doors.mostWaiting)
          throw new SluiceError('INFERENCE_BUSY');
        await noteVerdict(doors.tables, data, traceparent);
        return before;
      },
      'instance.quarantined.v1': async (data) => {
        await noteVerdict(doors.tables, data);
        return [];
      },
      'batch.closed.v1': async (data) => {
        await noteBatch(doors.tables, data);
        return [];
      },
    },
    produces: ['instance.inferred.v1', 'series.inferred.v1', 'deid.finding.v1'],
  });
