import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import { SluiceError } from '@sluice/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import { currentTraceId } from './current.js';
import { exportBy, exportTo } from './exporting.js';
import { openTraces } from './traces.js';

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => void server.close()));

/** A collector that keeps what it is sent. */
async function openCollector(): Promise<{ url: string; bodies: string[] }> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    request
      .on('data', (chunk: Buffer) => bodies.push(chunk.toString('latin1')))
      .on('end', () => response.end('{}'));
  });
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`, bodies };
}

describe('traces', () => {
  it('reach a collector by OTLP over HTTP, under the name of the process', async () => {
    const { url, bodies } = await openCollector();
    const exporting = exportTo('scrubbing', url);
    await openTraces('scrubbing', exporting.tracer).span({ name: 'publish' }, () => Promise.resolve());
    await exporting.close();
    expect(bodies.join('')).toContain('"publish"');
    expect(bodies.join('')).toContain('scrubbing');
  });

  it('let work go on when no collector answers', async () => {
    const exporting = exportTo('scrubbing', 'http://127.0.0.1:1/v1/traces');
    expect(
      await openTraces('scrubbing', exporting.tracer).span({ name: 'publish' }, () => Promise.resolve(42)),
    ).toBe(42);
    await exporting.close();
  });

  it('carry attributes of the allow-list, and of an error its code alone', async () => {
    const kept = new InMemorySpanExporter();
    const finished: unknown[] = [];
    const exporting = exportBy('scrubbing', {
      export: (spans, done) => (finished.push(...spans), kept.export(spans, done)),
      shutdown: () => kept.shutdown(),
    });
    const error = new SluiceError('STORE_UNAVAILABLE', { detail: 'MARKER', cause: new Error('MARKER') });
    const attributes = { topic: 'instance.received', peer: 'MARKER^JOHN', patientName: 'MARKER' };
    await expect(
      openTraces('scrubbing', exporting.tracer).span({ name: 'publish', attributes }, () =>
        Promise.reject(error),
      ),
    ).rejects.toBe(error);
    await exporting.close();
    expect(finished).toEqual([
      expect.objectContaining({
        name: 'publish',
        attributes: {
          'sluice.topic': 'instance.received',
          'sluice.room': 'scrubbing',
          'sluice.code': 'STORE_UNAVAILABLE',
        },
        events: [],
      }),
    ]);
  });

  it.each([
    undefined,
    '',
    'MARKER',
    `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`,
    `00-${'a'.repeat(32)}-${'0'.repeat(16)}-01`,
  ])('begin anew where the cause has none (%s)', async (parent) => {
    const made = await openTraces('scrubbing').span({ name: 'publish', parent }, (traceparent) =>
      Promise.resolve({ traceparent, traceId: currentTraceId() }),
    );
    expect(made.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(made.traceparent).toContain(made.traceId);
    expect(made.traceId).not.toMatch(/^(0+|a+)$/);
  });
});
