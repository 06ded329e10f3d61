import { defineErrors } from './entry.js';

/** Codes of the room `bus`. */
export const BUS_ERRORS = defineErrors({
  BUS_UNAVAILABLE: {
    kind: 'transient',
    hint: 'Kafka does not answer: check BUS_URL, the brokers and the network.',
  },
  BUS_EVENT_INVALID: {
    kind: 'permanent',
    hint: 'A record on a topic is not an event of this version: look at it with `sluice dead-letters show`.',
  },
  BUS_RECORD_KILLS: {
    kind: 'permanent',
    hint: 'A record was in hand three times when its process died: look at it with `sluice dead-letters show` before you retry it.',
  },
  BUS_DEAD_LETTER_MISSING: {
    kind: 'permanent',
    hint: 'No open dead letter has this id: list them with `sluice dead-letters list`.',
    http: 404,
  },
  BUS_URL_INVALID: {
    kind: 'fatal',
    hint: 'BUS_URL or an option beside it is wrong: the detail names the part.',
  },
  BUS_TOPIC_CONTRACT: {
    kind: 'fatal',
    hint: "A topic breaks the corridor's contract: change the topic as the detail says, or say in BUS_URL what this cluster has.",
  },
  BUS_ACCESS_REFUSED: {
    kind: 'fatal',
    hint: 'Kafka refuses the credentials or an ACL is missing: check user, password, certificates and the ACLs of the group and its topics.',
  },
  BUS_GROUP_HELD: {
    kind: 'fatal',
    hint: 'Another process consumes this group on the same folder: the embedded corridor takes one process per group; stop the other one.',
  },
  BUS_CONSUMER_LOST: {
    kind: 'fatal',
    hint: 'The consumer ended for good: the process must be started anew; if it comes back, report the detail.',
  },
});
