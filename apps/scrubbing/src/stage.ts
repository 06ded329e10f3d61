import { defineStage, type Stage } from '@sluice/service';
import { type ScrubDoors, scrubInstance } from './scrub-instance.js';

/** Every received instance is de-identified or held; encryption and archival go on with it either way. */
export const scrubbingStage = (doors: ScrubDoors): Stage =>
  defineStage({
    name: 'scrubbing',
    consumes: { 'instance.received.v1': async (received) => [await scrubInstance(doors, received)] },
    produces: ['instance.scrubbed.v1', 'instance.quarantined.v1'],
  });
