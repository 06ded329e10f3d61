import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import { type Bus, openBus } from '@sluice/bus';
import type { EventData, SluiceEvent } from '@sluice/contracts';
import { sampleReceived } from '@sluice/contracts/testing';
import { Module } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { Host } from '../host.js';
import { stageModule } from '../nest/stage.module.js';
import { hostSettings } from '../settings/fragments.js';
import type { Running } from '../start.js';
import { captureLog, startForTest } from '../testing.js';
import { announce } from './announce.js';
import { defineStage, type Stage } from './define-stage.js';

@Module({})
class RoomModule {}

const settings = z.object(hostSettings);
let folder: string;
const running: Running[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stages-'));
});
afterEach(async () => {
  for (const process of running.splice(0)) await process.stop();
  rmSync(folder, { recursive: true });
});

type Room = { readonly stage: Stage };

/** One process that runs several rooms on one embedded corridor, as standalone does. */
async function startRooms(rooms: readonly Room[], exporter?: InMemorySpanExporter) {
  const logTo = captureLog();
  let bus: Bus | undefined;
  const started = await startForTest(
    'standalone',
    {
      settings,
      module: async (_settings, host) => {
        bus = host.door('bus', await openBus(`embedded:${folder}`));
        const imports = rooms.map(({ stage }) =>
          stageModule({ host: host.forRoom(stage.name), bus: bus as Bus, stage, backoffMs: 10 }),
        );
        await bus.ensureTopics({ groups: ['scrubbing', 'encryption', 'archival'], tenants: ['t1'] });
        return { module: RoomModule, imports };
      },
    },
    { environment: { LOG_LEVEL: 'debug' }, logTo, ...(exporter && { exporter }) },
  );
  running.push(started);
  return { ...started, bus: bus as Bus, log: logTo };
}

const scrubbed = (data: EventData<'instance.received.v1'>): EventData<'instance.scrubbed.v1'> => {
  const { object, batchKey: _batch, priority: _priority, peer: _peer, receivedAt: _at, ...ids } = data;
  const uid = { sopInstanceUID: '2.25.1', seriesInstanceUID: '2.25.2', studyInstanceUID: '2.25.3' };
  const rest = {
    outcome: '0'.repeat(16),
    profile: { name: 'basic', digest: object.digest },
    codeVersion: '0.1.0',
    counts: { removed: 1, replaced: 1, kept: 1 },
  };
  return {
    ...ids,
    ...rest,
    clean: object,
    wayback: object,
    cleanDigest: object.digest,
    cleanSizeBytes: 1,
    deid: uid,
  };
};

const scrubbing = (): Stage =>
  defineStage({
    name: 'scrubbing',
    consumes: {
      'instance.received.v1': async (data) => [
        { type: 'instance.scrubbed.v1', id: `scrubbed:${data.attempt}`, data: scrubbed(data) },
      ],
    },
    produces: ['instance.scrubbed.v1', 'instance.quarantined.v1'],
  });

function encryption(seen: SluiceEvent[]): Stage {
  return defineStage({
    name: 'encryption',
    consumes: {
      'instance.received.v1': async () => [],
      'instance.scrubbed.v1': async (_data, event) => {
        seen.push(event);
        return [];
      },
      'instance.quarantined.v1': async () => [],
      'instance.inferred.v1': async () => [],
    },
    produces: ['object.sealed.v1'],
  });
}

async function receive(host: Host, bus: Bus): Promise<void> {
  await announce(host, bus, [{ type: 'instance.received.v1', id: 'received:1', data: sampleReceived() }]);
}

describe('a stage', () => {
  it('passes one trace on from the sender through two stages', async () => {
    const exporter = new InMemorySpanExporter();
    const seen: SluiceEvent[] = [];
    const { host, bus } = await startRooms([{ stage: scrubbing() }, { stage: encryption(seen) }], exporter);
    await receive(host.forRoom('intake'), bus);
    await vi.waitFor(() => expect(seen).toHaveLength(1), { timeout: 10_000 });
    const [, traceId] = /^00-([0-9a-f]{32})-/.exec(seen[0]?.traceparent ?? '') ?? [];
    expect(seen[0]).toMatchObject({
      source: 'scrubbing',
      id: `scrubbed:${sampleReceived().attempt}`,
      time: expect.stringMatching(/Z$/),
    });
    await vi.waitFor(
      () =>
        expect(exporter.getFinishedSpans().map((span) => span.name)).toContain('handle instance.scrubbed.v1'),
      { timeout: 10_000 },
    );
    const spans = exporter.getFinishedSpans();
    expect(new Set(spans.map((span) => span.spanContext().traceId))).toEqual(new Set([traceId]));
    const parents = new Map(
      spans.map((span) => [
        span.name,
        spans.find((other) => other.spanContext().spanId === span.parentSpanContext?.spanId)?.name,
      ]),
    );
    expect(parents.get('handle instance.scrubbed.v1')).toBe('create instance.scrubbed.v1');
    expect(parents.get('create instance.scrubbed.v1')).toBe('handle instance.received.v1');
    expect(parents.get('handle instance.received.v1')).toBe('publish');
  });

  it('keeps one trace in its log lines where no collector is', async () => {
    const seen: SluiceEvent[] = [];
    const { host, bus } = await startRooms([{ stage: scrubbing() }, { stage: encryption(seen) }]);
    const traceId = 'a'.repeat(32);
    await announce(host.forRoom('intake'), bus, [
      {
        type: 'instance.received.v1',
        id: 'received:1',
        data: sampleReceived(),
        traceparent: `00-${traceId}-${'b'.repeat(16)}-00`,
      },
    ]);
    await vi.waitFor(() => expect(seen).toHaveLength(1), { timeout: 10_000 });
    expect(seen[0]?.traceparent).toContain(traceId);
  });

  it('counts, logs and reports lag of what it did', async () => {
    const { host, bus, port, log } = await startRooms([{ stage: scrubbing() }]);
    await receive(host.forRoom('intake'), bus);
    const page = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    await vi.waitFor(
      async () =>
        expect(await page()).toContain(
          'sluice_records_total{room="scrubbing",topic="instance.received",result="done",code=""} 1',
        ),
      { timeout: 10_000 },
    );
    expect(await page()).toContain(
      'sluice_consumer_lag_records{room="scrubbing",topic="instance.received"} 0',
    );
    expect(await (await fetch(`http://127.0.0.1:${port}/health/ready`)).json()).toMatchObject({
      ready: true,
      checks: { 'standalone.bus': 'ok', 'scrubbing.consumption': 'ok' },
    });
    expect(log.lines.map((line) => JSON.parse(line) as object)).toContainEqual(
      expect.objectContaining({
        room: 'scrubbing',
        msg: 'record done',
        result: 'done',
        eventId: 'received:1',
      }),
    );
  });

  it('tells nothing of a bug in a handler but its code, and stays ready', async () => {
    const exporter = new InMemorySpanExporter();
    const failing = defineStage({
      name: 'scrubbing',
      consumes: {
        'instance.received.v1': () =>
          Promise.reject(new TypeError('MARKER^JOHN', { cause: new Error('MARKER') })),
      },
      produces: ['instance.scrubbed.v1', 'instance.quarantined.v1'],
    });
    const { host, bus, port, log } = await startRooms([{ stage: failing }], exporter);
    await receive(host.forRoom('intake'), bus);
    await vi.waitFor(() => expect(log.lines.join('')).toContain('"result":"dead-lettered"'), {
      timeout: 10_000,
    });
    expect(log.lines.join('')).toContain('"code":"UNEXPECTED"');
    await vi.waitFor(
      () =>
        expect(
          exporter.getFinishedSpans().some((span) => span.attributes['sluice.code'] === 'UNEXPECTED'),
        ).toBe(true),
      { timeout: 10_000 },
    );
    const { metrics, spans } = {
      metrics: await (await fetch(`http://127.0.0.1:${port}/metrics`)).text(),
      spans: exporter.getFinishedSpans(),
    };
    const told =
      log.lines.join('') +
      metrics +
      JSON.stringify(
        spans.map(({ name, attributes, events, status }) => ({ name, attributes, events, status })),
      );
    expect(told).not.toContain('MARKER');
    expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200);
  });
});
