import { start } from '@sluice/service';
import { EncryptionSettings } from './config.js';
import { EncryptionModule } from './encryption.module.js';

await start('encryption', { settings: EncryptionSettings, module: EncryptionModule.open });
