import { start } from '@sluice/service';
import { ArchivalModule } from './archival.module.js';
import { ArchivalSettings } from './config.js';

await start('archival', { settings: ArchivalSettings, module: ArchivalModule.open });
