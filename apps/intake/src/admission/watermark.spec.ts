import { describe, expect, it } from 'vitest';
import { createWatermark } from './watermark.js';

const FULL = { code: 'INTAKE_OUT_OF_RESOURCES', kind: 'transient' };
const storeAt = (usage: number | undefined) => ({ usage: () => Promise.resolve(usage) });

describe('the watermark', () => {
  it('refuses at its share of the store, not below; a store that does not say is never full', async () => {
    await expect(createWatermark(storeAt(0.9), { usage: 0.9, inFlight: 1 }).check()).rejects.toMatchObject(
      FULL,
    );
    await createWatermark(storeAt(0.89), { usage: 0.9, inFlight: 1 }).check();
    await createWatermark(storeAt(undefined), { usage: 0.9, inFlight: 1 }).check();
  });

  it('a crowd that comes at once does not pass together', async () => {
    const watermark = createWatermark(storeAt(0), { usage: 0.9, inFlight: 3 });
    const finish = Promise.withResolvers<void>();
    let most = 0;
    let inside = 0;
    const works = Array.from({ length: 20 }, () =>
      watermark.within(async () => {
        inside += 1;
        most = Math.max(most, inside);
        await finish.promise;
        inside -= 1;
      }),
    );
    const settled = Promise.allSettled(works);
    await expect(watermark.check()).rejects.toMatchObject(FULL);
    finish.resolve();
    expect((await settled).filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(most).toBe(3);
    await watermark.check();
  });
});
