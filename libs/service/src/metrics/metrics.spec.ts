import { describe, expect, it } from 'vitest';
import { openMetrics } from './metrics.js';

describe('metrics', () => {
  it('keep rooms of one process apart by label', async () => {
    const metrics = openMetrics('standalone');
    for (const room of ['scrubbing', 'archival'])
      metrics.forRoom(room).counter('records_total').add({ topic: 'instance.received' }, 2);
    const { body } = await metrics.page();
    expect(body).toContain(
      'sluice_records_total{room="scrubbing",topic="instance.received",result="",code=""} 2',
    );
    expect(body).toContain(
      'sluice_records_total{room="archival",topic="instance.received",result="",code=""} 2',
    );
  });

  it('never hold a marker in a label', async () => {
    const metrics = openMetrics('scrubbing');
    metrics.counter('records_total').add({ topic: 'MARKER^JOHN', code: '1.2.840.99999.77.1' });
    const { body } = await metrics.page();
    expect(body).toContain('sluice_records_total{room="scrubbing",topic="other",result="",code="other"} 1');
  });

  it('stop at a thousand series of one metric', async () => {
    const metrics = openMetrics('scrubbing');
    const counter = metrics.counter('records_total');
    for (let n = 0; n < 1_500; n += 1) counter.add({ topic: `t${n}` });
    const { body } = await metrics.page();
    expect(body.match(/^sluice_records_total\{/gm)).toHaveLength(1_001);
    expect(body).toContain(
      'sluice_records_total{room="other",topic="other",result="other",code="other"} 500',
    );
  });

  it('observe in seconds, and read gauges before a scrape even when one reader fails', async () => {
    const metrics = openMetrics('scrubbing');
    metrics.durations('inference_wait_seconds').observeMs(1_500);
    const gauge = metrics.gauge('consumer_lag_records');
    metrics.beforeScrape(() => Promise.reject(new Error('MARKER')));
    metrics.beforeScrape(async () => gauge.set(7));
    const { body } = await metrics.page();
    expect(body).toContain('sluice_inference_wait_seconds_sum{room="scrubbing"} 1.5');
    expect(body).toContain('sluice_consumer_lag_records{room="scrubbing",topic=""} 7');
  });
});
