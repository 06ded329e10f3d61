import { startForTest } from '@sluice/service/testing';
import { hostSettings } from '@sluice/service/settings';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { watchReplacements } from './numbers.js';

it('replaced processes are told by why, as zeros from the start', async () => {
  const application = {
    settings: z.object(hostSettings),
    module: async () => ({ module: class Nothing {} }),
  };
  const running = await startForTest('inference', application, { environment: {} });
  const { metrics } = running.host;
  const told = async () =>
    (await metrics.page()).body
      .split('\n')
      .filter((line) => line.startsWith('sluice_inference_replacements'));
  try {
    const onReplaced = watchReplacements(metrics);
    const series = (reason: string) =>
      `sluice_inference_replacements_total{room="inference",reason="${reason}"}`;
    expect(await told()).toEqual([`${series('too-large')} 0`, `${series('died')} 0`]);
    onReplaced('too-large');
    expect(await told()).toEqual([`${series('too-large')} 1`, `${series('died')} 0`]);
  } finally {
    await running.stop();
  }
});
