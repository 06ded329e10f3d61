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
