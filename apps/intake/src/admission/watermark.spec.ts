import { describe, expect, it } from 'vitest';
import { createWatermark } from './watermark.js';

const FULL = { code: 'INTAKE_OUT_OF_RESOURCES', kind: 'transient' };
const storeAt = (usage: number | undefined) => ({ usage: () => Promise.resolve(usage) });

describe('the watermark', () => {
  it('refuses at its share of the store, not below; a store that does not say is never full', async () => {
    await expect(createWatermark(storeAt(0.9), { usage: 0.9 }).check()).rejects.toMatchObject(FULL);
    await createWatermark(storeAt(0.89), { usage: 0.9 }).check();
    await createWatermark(storeAt(undefined), { usage: 0.9 }).check();
  });
});
