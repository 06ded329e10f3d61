import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import type { EventType, SluiceEvent } from '@sluice/contracts';
import { tinyFolder, type TinyFolder } from '@sluice/inference/testing/tiny-folder';
import { phantomStudy } from '@sluice/samples';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Pipeline } from './pipeline.js';

const CHEST = () => [[0x00180015, 'CS', 'CHEST']] as [number, string, string][];
const STUDY = [
  ...phantomStudy({ seed: 31, modality: 'CT', instances: 2, rows: 64, columns: 64, plant: CHEST }),
];

/** What is said of an instance. */
const SAID = [
  'instance.received.v1',
  'instance.scrubbed.v1',
  'instance.inferred.v1',
  'object.sealed.v1',
  'instance.archived.v1',
] as const satisfies readonly EventType[];

/** What each room does for an instance that a model answers. */
const WORK = [
  'intake: publish',
  'scrubbing: handle instance.received.v1',
  'encryption: handle instance.received.v1',
  'archival: handle instance.received.v1',
  'inference: handle instance.received.v1',
  'inference: handle instance.scrubbed.v1',
  'encryption: handle instance.scrubbed.v1',
  'archival: handle instance.scrubbed.v1',
  'inference: create instance.inferred.v1',
  'encryption: handle instance.inferred.v1',
  'archival: handle instance.inferred.v1',
  'archival: handle object.sealed.v1',
  'archival: create instance.archived.v1',
];

vi.setConfig({ testTimeout: 120_000 });

const spans = new InMemorySpanExporter();
let tiny: TinyFolder;
let pipeline: Pipeline;
let said: SluiceEvent<(typeof SAID)[number]>[];
beforeAll(async () => {
  tiny = await tinyFolder({}, { modality: 'CT', bodyPart: 'CHEST' });
  const settings = Object.entries(tiny.settings).map(([name, value]) => [name, String(value)]);
  const more = Object.fromEntries(settings) as Record<string, string>;
  const hurry = { INFERENCE_QUIET_MS: '300', INFERENCE_ROUND_MS: '50', LOG_LEVEL: 'debug' };
  pipeline = await Pipeline.start({ ...more, ...hurry }, spans);
  await pipeline.push(STUDY);
  await pipeline.said('series.inferred.v1');
  const results = async () => ((await pipeline.objects('result')).length >= 8 ? true : undefined);
  await pipeline.until('the results are not archived', results);
  said = (await Promise.all(SAID.map((type) => pipeline.said(type, 2)))).flat();
}, 120_000);
afterAll(async () => {
  await pipeline.remove();
  await tiny.remove();
});

const traceOf = (traceparent = ''): string => traceparent.split('-')[1] ?? '';
const traces = (): Map<string, Set<string>> =>
  new Map(
    [...Map.groupBy(said, ({ data }) => data.instanceKey)].map(([instanceKey, events]) => [
      instanceKey,
      new Set(events.map(({ traceparent }) => traceOf(traceparent))),
    ]),
  );

describe('an instance', () => {
  it('has one trace in the headers of everything that is said of it, and no other has the same', () => {
    expect(traces().size).toBe(STUDY.length);
    for (const own of traces().values()) expect([...own]).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)]);
    expect(new Set([...traces().values()].flatMap((own) => [...own])).size).toBe(STUDY.length);
  });

  it('has a span of each room in that trace, from its arrival to its archived results', async () => {
    for (const [traceId = ''] of traces().values()) {
      const work = () =>
        spans
          .getFinishedSpans()
          .filter((span) => span.spanContext().traceId === traceId)
          .map(({ name, attributes }) => `${String(attributes['sluice.room'])}: ${name}`);
      await vi.waitFor(() => expect(work()).toEqual(expect.arrayContaining(WORK)), {
        timeout: 60_000,
        interval: 200,
      });
    }
  });

  it('has log lines, JSON each, with the id of that trace', () => {
    const lines = pipeline.log.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    for (const line of lines)
      expect(line).toMatchObject({
        level: expect.any(String),
        time: expect.any(String),
        room: expect.any(String),
        msg: expect.any(String),
      });
    const done = lines.filter((line) => line['msg'] === 'record done');
    for (const { id, traceparent } of said.filter(({ type }) => type !== 'instance.archived.v1')) {
      const own = done.filter((line) => line['eventId'] === id);
      expect(own.length, id).toBeGreaterThan(0);
      expect(new Set(own.map((line) => line['traceId']))).toEqual(new Set([traceOf(traceparent)]));
    }
  });
});
