import { describe, expect, it } from 'vitest';
import { EVENTS } from './events/registry.js';
import { sampleReceived } from './testing.js';
import { ANALYTICS_TYPES, deadLetterTopic, deidTopic, keyOf, retryTopic, topicOf, TOPICS } from './topics.js';

describe('topics', () => {
  it('give every event of the corridor one topic, named like it', () => {
    const types = Object.keys(EVENTS).filter((type) => !type.startsWith('deid.'));
    expect(TOPICS.map((topic) => topic.type).sort()).toEqual(types.sort());
    for (const { name, type } of TOPICS) expect(type).toBe(`${name}.v1`);
  });

  it('do not clash with the retry and dead-letter topics of a group', () => {
    const groups = [...new Set(TOPICS.flatMap((topic) => [topic.from, ...topic.to]))];
    const names = [
      ...TOPICS.map((topic) => topic.name),
      ...groups.flatMap((group) => [retryTopic(group), deadLetterTopic(group)]),
      ...ANALYTICS_TYPES.map((type) => deidTopic('t1', type)),
    ];
    expect(new Set(names).size).toBe(names.length);
  });

  it('give every word for analytics a topic of its tenant', () => {
    expect(Object.keys(EVENTS).filter((type) => type.startsWith('deid.'))).toEqual([...ANALYTICS_TYPES]);
    expect(deidTopic('t1')).toBe('deid.t1.instance.v1');
    expect(deidTopic('t1', 'deid.finding.v1')).toBe('deid.t1.finding.v1');
  });

  it('keep what belongs together under one key', () => {
    const data = sampleReceived();
    const event = { id: 'x', type: 'instance.received.v1', source: 'intake', data } as const;
    expect(topicOf(event)).toBe('instance.received');
    expect(keyOf(event)).toBe(data.instanceKey);
  });
});
