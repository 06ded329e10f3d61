import { sampleReceived } from '@sluice/contracts/testing';
import { describe, expect, it } from 'vitest';
import { defineStage } from './define-stage.js';
import { completeEvent, eventOf } from './event-of.js';

const nothing = (): Promise<readonly []> => Promise.resolve([]);
const incomplete = (detail: string): unknown =>
  expect.objectContaining({ code: 'SERVICE_STAGE_INCOMPLETE', kind: 'fatal', detail });
const event = { id: 'x', type: 'instance.received.v1', source: 'intake', data: sampleReceived() } as const;

describe('defineStage', () => {
  it('accepts what the topics table says', () => {
    const stage = defineStage({
      name: 'scrubbing',
      consumes: { 'instance.received.v1': nothing },
      produces: ['instance.scrubbed.v1', 'instance.quarantined.v1'],
    });
    expect(stage).toMatchObject({ name: 'scrubbing', topics: ['instance.received'] });
  });

  it('refuses a stage that does not hear what is meant for it', () => {
    expect(() =>
      defineStage({
        name: 'encryption',
        consumes: { 'instance.received.v1': nothing },
        produces: ['object.sealed.v1'],
      }),
    ).toThrow(incomplete('unheard: instance.scrubbed.v1, instance.quarantined.v1, instance.inferred.v1'));
  });

  it('refuses a stage that hears what is not meant for it, or does not say its own', () => {
    const consumes = { 'instance.received.v1': nothing, 'object.sealed.v1': nothing };
    expect(() => defineStage({ name: 'scrubbing', consumes, produces: ['instance.scrubbed.v1'] })).toThrow(
      incomplete('unasked: object.sealed.v1; unsaid: instance.quarantined.v1'),
    );
  });

  it('hands a handler its data and event, and refuses a stray event', async () => {
    const seen: unknown[] = [];
    const stage = defineStage({
      name: 'scrubbing',
      consumes: {
        'instance.received.v1': async (data, whole) => {
          seen.push(data.peer, whole.id);
          return [];
        },
      },
      produces: ['instance.scrubbed.v1', 'instance.quarantined.v1'],
    });
    await stage.handle(event);
    expect(seen).toEqual(['ct1', 'x']);
    await expect(stage.handle({ ...event, type: 'constructor' as 'instance.received.v1' })).rejects.toThrow(
      'BUS_EVENT_INVALID',
    );
  });
});

describe('an event', () => {
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

  it('gets source, time and the trace of its cause', () => {
    const next = eventOf('instance.received.v1', { id: 'y', data: sampleReceived() }, { traceparent });
    expect(completeEvent('intake', next)).toEqual({
      id: 'y',
      type: 'instance.received.v1',
      source: 'intake',
      data: sampleReceived(),
      time: expect.stringMatching(/Z$/),
      traceparent,
    });
  });

  it('for analytics gets neither time nor trace, whoever adds one', () => {
    const data = {
      schema: 'deid.instance.v1',
      tenant: 't1',
      SOPInstanceUID: '2.25.1',
      SeriesInstanceUID: '2.25.2',
      StudyInstanceUID: '2.25.3',
      SOPClassUID: '1.2',
      TransferSyntaxUID: '1.2',
      PatientPseudonym: 'P',
      DeidentificationMethodCodes: [],
    } as const;
    const next = {
      ...eventOf(
        'deid.instance.v1',
        { id: 'z', data: { ...data, DeidentificationMethodCodes: [] } },
        { traceparent },
      ),
      time: 'now',
      traceparent,
    };
    expect(completeEvent('archival', next, traceparent)).toEqual({
      id: 'z',
      type: 'deid.instance.v1',
      source: 'archival',
      data,
    });
  });
});
