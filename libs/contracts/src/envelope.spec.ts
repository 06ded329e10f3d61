import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeEvent, encodeEvent, MAX_EVENT_BYTES } from './envelope.js';
import { EVENTS, type SluiceEvent } from './events/registry.js';
import { sampleReceived } from './testing.js';

interface Sample {
  readonly headers: Readonly<Record<string, string>>;
  readonly value: unknown;
}

const folder = join(import.meta.dirname, '../samples');
const samples = readdirSync(folder).map(
  (file) => [file, JSON.parse(readFileSync(join(folder, file), 'utf8')) as Sample] as const,
);
const headers = {
  ce_specversion: '1.0',
  ce_id: 'x-1',
  ce_type: 'instance.received.v1',
  ce_source: '/sluice/intake',
};
const received = (more: object = {}): SluiceEvent => ({
  id: 'x-1',
  type: 'instance.received.v1',
  source: 'intake',
  data: { ...sampleReceived(), ...more },
});
const record = (value: unknown, more: object = {}) => ({
  value: Buffer.from(JSON.stringify(value)),
  headers: { ...headers, ...more },
});
const refused = expect.objectContaining({ code: 'BUS_EVENT_INVALID', kind: 'permanent' });

const sizeOf = (event: SluiceEvent): number => encodeEvent(event).value.length;

function thrownBy(work: () => unknown): Error {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof Error) return thrown;
  }
  throw new Error('nothing was thrown');
}

describe('golden samples', () => {
  it.each(Object.keys(EVENTS))('%s has one', (type) => {
    expect(samples.map(([file]) => file)).toContain(`${type}.json`);
  });

  it.each(samples)('%s is read, and written again as it was', (_file, sample) => {
    const event = decodeEvent({ value: Buffer.from(JSON.stringify(sample.value)), headers: sample.headers });
    const encoded = encodeEvent(event);
    expect(encoded.headers).toEqual(sample.headers);
    expect(JSON.parse(encoded.value.toString())).toEqual(sample.value);
    expect(encoded.key.length).toBeGreaterThan(0);
  });
});

describe('the envelope', () => {
  it('is CloudEvents 1.0 in Kafka binary mode', () => {
    const { topic, key, headers: written } = encodeEvent({ ...received(), time: '2026-11-21T09:00:00.000Z' });
    expect({ topic, key }).toEqual({ topic: 'instance.received', key: sampleReceived().instanceKey });
    expect(written).toMatchObject({
      ce_specversion: '1.0',
      ce_source: '/sluice/intake',
      'content-type': 'application/json',
    });
  });

  it('refuses what is longer than a claim check', () => {
    const subject = Object.fromEntries(Array.from({ length: 80 }, (_, n) => [`key${n}`, 'x'.repeat(120)]));
    const data = {
      id: 'a'.repeat(16),
      at: '2026-11-21T09:00:00.000Z',
      tenant: 't1',
      actor: { kind: 'service', name: 'x' },
      action: 'open',
      subject,
      outcome: 'success',
    } as const;
    expect(() => encodeEvent({ id: 'x', type: 'audit.recorded.v1', source: 'intake', data })).toThrow(
      refused,
    );
    expect(() => decodeEvent({ value: Buffer.alloc(MAX_EVENT_BYTES + 1, ' '), headers })).toThrow(refused);
  });

  it('has room for a batch of 40 series', () => {
    const seriesKey = 'c'.repeat(64);
    const list = { name: 'n'.repeat(512), digest: seriesKey, sizeBytes: Number.MAX_SAFE_INTEGER };
    const series = Array.from({ length: 40 }, () => ({ seriesKey, instances: 100_000 }));
    const data = {
      tenant: 't'.repeat(32),
      batchKey: '0'.repeat(32),
      studyKey: seriesKey,
      series,
      seriesTotal: 900,
      instances: 100_000,
      list,
      peer: 'p'.repeat(64),
      closedAt: '2026-11-21T09:00:00.000Z',
    };
    expect(
      encodeEvent({ id: 'x', type: 'batch.closed.v1', source: 'intake', data }).value.length,
    ).toBeLessThanOrEqual(MAX_EVENT_BYTES);
  });

  it('has room for three models that wrote five objects each, and for a series of them', () => {
    const key = 'c'.repeat(64);
    const model = { name: 'm'.repeat(63), version: '1'.repeat(16), digest: key };
    const object = {
      name: `staging/${'t'.repeat(32)}/result/${key}/${key}-0123456789abcdef-capture`,
      digest: key,
      sizeBytes: 1e9,
    };
    const result = { kind: 'capture', object, plainDigest: key, plainSizeBytes: 1e9 } as const;
    const answer = {
      model,
      verdict: 'answered',
      triage: 'routine',
      results: Array.from({ length: 5 }, () => result),
    } as const;
    const ids = { ...sampleReceived(), tenant: 't'.repeat(32) };
    const instance = { ...ids, outcome: '0'.repeat(16), answers: [answer, answer, answer] };
    expect(
      sizeOf({ id: 'x', type: 'instance.inferred.v1', source: 'inference', data: instance }),
    ).toBeLessThan(MAX_EVENT_BYTES);
    const counts = { instances: 1e5, clean: 1e5, quarantined: 1e5, dead: 1e5 };
    const series = {
      ...ids,
      version: 1e5,
      deid: { seriesInstanceUID: '2'.repeat(64), studyInstanceUID: '2'.repeat(64) },
      verdict: 'answered' as const,
      models: [1, 2, 3].map(() => ({ ...model, answered: 1e5, unfit: 1e5, failed: 1e5 })),
      counts,
      codes: Array.from({ length: 8 }, () => 'C'.repeat(64)),
      results: Array.from({ length: 8 }, () => ({ ...result, instanceKey: key })),
      resultsTotal: 1e6,
    };
    expect(sizeOf({ id: 'x', type: 'series.inferred.v1', source: 'inference', data: series })).toBeLessThan(
      MAX_EVENT_BYTES,
    );
  });

  it('refuses what is no event that it knows', () => {
    const good = sampleReceived();
    expect(() => decodeEvent({ value: null, headers })).toThrow(refused);
    expect(() => decodeEvent({ value: Buffer.from('{"tenant":'), headers })).toThrow(refused);
    for (const type of ['instance.received.v99', 'constructor', '__proto__', ''])
      expect(() => decodeEvent(record(good, { ce_type: type }))).toThrow(refused);
    for (const id of ['', 'x'.repeat(129), 'a\nb'])
      expect(() => decodeEvent(record(good, { ce_id: id }))).toThrow(refused);
    for (const source of ['', '/sluice/', '/sluice/a b', `/sluice/${'x'.repeat(33)}`])
      expect(() => decodeEvent(record(good, { ce_source: source }))).toThrow(refused);
  });

  it('drops a traceparent that is none', () => {
    expect(decodeEvent(record(sampleReceived(), { traceparent: 'MARKER' })).traceparent).toBeUndefined();
  });

  it('names a wrong field and never its value', () => {
    for (const field of Object.keys(sampleReceived())) {
      const thrown = thrownBy(() => encodeEvent(received({ [field]: 'MARKER^JOHN'.repeat(50) })));
      expect(thrown.message).toBe(`BUS_EVENT_INVALID: instance.received.v1: ${field}`);
    }
    const audit = JSON.parse(readFileSync(join(folder, 'audit.recorded.v1.json'), 'utf8')) as {
      value: object;
    };
    const data = { ...audit.value, subject: { ['MARKER^JOHN'.repeat(5)]: 'x', MARKER: 7 } };
    const thrown = thrownBy(() => decodeEvent(record(data, { ce_type: 'audit.recorded.v1' })));
    expect(thrown.message).toBe('BUS_EVENT_INVALID: audit.recorded.v1: subject');
    expect(thrownBy(() => decodeEvent({ value: Buffer.from('MARKER'), headers })).message).not.toContain(
      'MARKER',
    );
  });
});
