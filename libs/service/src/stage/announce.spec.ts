import type { SluiceEvent } from '@sluice/contracts';
import { sampleReceived } from '@sluice/contracts/testing';
import { expect, it } from 'vitest';
import type { Host } from '../host.js';
import { openTraces } from '../traces/traces.js';
import { announce } from './announce.js';

const host = { name: 'archival', traces: openTraces('archival') } as Host;
const traceOf = (event: SluiceEvent): string | undefined => event.traceparent?.split('-')[1];

/** What is published of events with these traces (a letter each, or none). */
async function published(...letters: readonly (string | undefined)[]): Promise<SluiceEvent[]> {
  const events: SluiceEvent[] = [];
  const given = letters.map((letter, n) => ({
    type: 'instance.received.v1' as const,
    id: `received-${n}`,
    data: sampleReceived(n),
    ...(letter && { traceparent: `00-${letter.repeat(32)}-${'1'.repeat(16)}-01` }),
  }));
  await announce(host, { publish: async (all) => void events.push(...all) }, given);
  return events;
}

it('keeps deliveries that are announced together each in the trace that it came with', async () => {
  const [one, two, none] = await published('a', 'b', undefined);
  expect([one, two].map((event) => event && traceOf(event))).toEqual(['a'.repeat(32), 'b'.repeat(32)]);
  expect(none && traceOf(none)).toMatch(/^[0-9a-f]{32}$/);
  expect(none && traceOf(none)).not.toMatch(/^(a+|b+)$/);
});

it('gives events without a trace a new one, the same for all', async () => {
  const events = await published(undefined, undefined);
  expect(new Set(events.map(traceOf)).size).toBe(1);
  expect(events.map(traceOf)).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), expect.any(String)]);
});
