import type { StageName } from './measured.ts';
import { SENT } from './model/stage-model.ts';

/** Objects of an instance that encryption seals and archival opens again: raw and clean. */
export const OBJECTS = 2;

/** What each stage reads (libs/contracts, topics.ts), and what it says for it. A word behind the topic's name tells what the record is about. */
export const CORRIDOR: Readonly<Record<StageName, Readonly<Record<string, string | undefined>>>> = {
  intake: { [SENT]: 'instance.received' },
  scrubbing: { 'instance.received': 'instance.scrubbed' },
  encryption: { 'instance.received': 'object.sealed raw', 'instance.scrubbed': 'object.sealed clean' },
  archival: {
    'instance.received': undefined,
    'instance.scrubbed': undefined,
    'object.sealed raw': undefined,
    'object.sealed clean': undefined,
  },
};

/** Records of one instance that a stage works; what the instance costs it is spread over them evenly. */
export const itemsOf = (stage: StageName): number => Object.keys(CORRIDOR[stage]).length;
