import { expect, it } from 'vitest';
import { InferenceSettings } from './config.js';
import { InferenceModule } from './inference.module.js';

it('does not start without a model: objects would be done that no event can speak of', async () => {
  const doors = { BUS_URL: 'embedded:x', STORE_URL: 'file:x', KEYS_URL: 'local:x', DATABASE_URL: 'sqlite:x' };
  const opening = InferenceModule.open(InferenceSettings.parse(doors), {} as never);
  await expect(opening).rejects.toMatchObject({ code: 'SERVICE_CONFIG_INVALID' });
});
