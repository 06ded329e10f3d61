import { httpsOf, RENEWED_SETTINGS } from '@sluice/intake/config';
import { start } from '@sluice/service';
import { StandaloneSettings } from './config.js';
import { StandaloneModule } from './standalone.module.js';

await start('standalone', {
  settings: StandaloneSettings,
  module: StandaloneModule.open,
  https: httpsOf,
  renews: RENEWED_SETTINGS,
});
