import { describe } from 'vitest';
import { busBehaviour } from '../testing/bus-behaviour.js';
import { kafkaInReach, kafkaWorld } from '../testing/kafka-world.js';

describe.skipIf(!kafkaInReach())('with a real Kafka', () => {
  busBehaviour('Kafka', kafkaWorld);
});
