import { start } from '@sluice/service';
import { ScrubbingSettings } from './config.js';
import { ScrubbingModule } from './scrubbing.module.js';

await start('scrubbing', { settings: ScrubbingSettings, module: ScrubbingModule.open });
