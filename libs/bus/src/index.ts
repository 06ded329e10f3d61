export type {
  Bus,
  ConsumeOptions,
  Consumption,
  DeadLetter,
  DeadLetters,
  Handler,
  InHandJournal,
  RecordOutcome,
} from './bus.js';
export { checkBus } from './check-bus.js';
export type { BusOptions } from './bus-url.js';
export { openBus } from './open-bus.js';
export { handMigrations } from './journal/journal-tables.js';
export { openInHandJournal, type JournalOptions } from './journal/in-hand-journal.js';
export { type WantedTopic, wantedTopics } from './wanted-topics.js';
