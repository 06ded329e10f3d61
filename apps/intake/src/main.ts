import { start } from '@sluice/service';
import { httpsOf, IntakeSettings } from './config.js';
import { IntakeModule } from './intake.module.js';

await start('intake', { settings: IntakeSettings, module: IntakeModule.open, https: httpsOf });
