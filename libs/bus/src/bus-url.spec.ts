import { describe, expect, it } from 'vitest';
import { parseBusUrl } from './bus-url.js';
import { openBus } from './open-bus.js';

describe('BUS_URL', () => {
  it('reads-several-brokers-tls-and-sasl', () => {
    expect(parseBusUrl('kafka://a:9092,b.example:9093,[::1]:9094?tls=true&sasl=scram-sha-512')).toEqual({
      scheme: 'kafka',
      brokers: ['a:9092', 'b.example:9093', '[::1]:9094'],
      tls: true,
      sasl: 'scram-sha-512',
      partitions: 12,
      replication: 3,
      minIsr: 2,
      topicPrefix: '',
      sessionTimeoutMs: 10_000,
    });
  });

  it('reads-a-folder', () => {
    expect(parseBusUrl('embedded:/data/corridor')).toEqual({ scheme: 'embedded', folder: '/data/corridor' });
  });

  it.each([
    'http://a:9092',
    'embedded:',
    'kafka://a',
    'kafka://user:secret@a:9092',
    'kafka://a:9092?secret=1',
    'kafka://a:9092?sasl=plain',
    'kafka://a:9092?tls=yes',
    'kafka://a:9092?partitions=0',
    'kafka://a:9092?replication=1',
    'kafka://a:9092?topicPrefix=a/secret',
  ])('refuses %s without quoting it', (url) => {
    const refusal = refusalOf(() => parseBusUrl(url));
    expect(refusal).toMatchObject({ code: 'BUS_URL_INVALID' });
    expect(String(refusal)).not.toContain('secret');
  });

  it.each([
    ['kafka://a:9092?sasl=scram-sha-256', {}],
    ['kafka://a:9092', { username: 'u', password: 'secret' }],
    ['kafka://a:9092', { ca: 'secret' }],
  ])('refuses %s beside options that do not belong to it', async (url, options) => {
    await expect(openBus(url, options)).rejects.toMatchObject({ code: 'BUS_URL_INVALID' });
  });
});

function refusalOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
