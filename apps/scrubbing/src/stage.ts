import { defineStage, type Stage } from '@sluice/service';
import { type Said, type ScrubDoors, scrubInstance } from './scrub-instance.js';

/**
 * Every received instance is de-identified or held; encryption and archival go on with it either way. `count` is told of each verdict,
 * for metrics.
 */
export const scrubbingStage = (doors: ScrubDoors, count: (said: Said) => void = () => undefined): Stage =>
  defineStage({
    name: 'scrubbing',
    consumes: {
      'instance.received.v1': async (received) => {
        const said = await scrubInstance(doors, received);
        count(said);
        return [said];
      },
    },
    produces: ['instance.scrubbed.v1', 'instance.quarantined.v1'],
  });
