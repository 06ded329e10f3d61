import { type DynamicModule, Module } from '@nestjs/common';
import { ArchivalModule } from '@sluice/archival/archival.module';
import { EncryptionModule } from '@sluice/encryption/encryption.module';
import { IntakeModule } from '@sluice/intake/intake.module';
import { ScrubbingModule } from '@sluice/scrubbing/scrubbing.module';
import type { Host } from '@sluice/service';
import type { StandaloneSettings } from './config.js';

/** Every stage in one process, on the doors that the settings name. */
@Module({})
export class StandaloneModule {
  static async open(settings: StandaloneSettings, host: Host): Promise<DynamicModule> {
    return {
      module: StandaloneModule,
      imports: [
        await ArchivalModule.open(settings, host.forRoom('archival')),
        await EncryptionModule.open(settings, host.forRoom('encryption')),
        await ScrubbingModule.open(settings, host.forRoom('scrubbing')),
        await IntakeModule.open(settings, host.forRoom('intake')),
      ],
    };
  }
}
