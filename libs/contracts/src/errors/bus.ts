import { defineErrors } from './entry.js';

/** Codes of the room `bus`. */
export const BUS_ERRORS = defineErrors({
  BUS_UNAVAILABLE: { kind: 'transient', hint: 'Kafka does not answer: check BUS_URL, the brokers and the network.' },
  BUS_EVENT_INVALID: { kind: 'permanent', hint: 'A record on a topic is not an event of this version: look at it with `sluice dead-letters show`.' },
});
