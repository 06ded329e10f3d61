import { start } from '@sluice/service';
import { httpsOf, IntakeSettings, RENEWED_SETTINGS } from './config.js';
import { IntakeModule } from './intake.module.js';

await start('intake', {
  settings: IntakeSettings,
  module: IntakeModule.open,
  https: httpsOf,
  renews: RENEWED_SETTINGS,
});
