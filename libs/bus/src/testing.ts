export { busBehaviour } from './testing/bus-behaviour.js';
export type { BusWorld } from './testing/bus-world.js';
export { embeddedWorld } from './testing/embedded-world.js';
export { kafkaWorld, kafkaInReach } from './testing/kafka-world.js';
