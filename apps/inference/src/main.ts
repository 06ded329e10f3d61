import { start } from '@sluice/service';
import { InferenceSettings } from './config.js';
import { InferenceModule } from './inference.module.js';

await start('inference', { settings: InferenceSettings, module: InferenceModule.open });
