import { type DynamicModule, Module } from '@nestjs/common';
import { ArchivalModule } from '@sluice/archival/archival.module';
import { EncryptionModule } from '@sluice/encryption/encryption.module';
import { InferenceModule } from '@sluice/inference/inference.module';
import { wantedModels } from '@sluice/inference/model/open-models';
import { IntakeModule } from '@sluice/intake/intake.module';
import { ScrubbingModule } from '@sluice/scrubbing/scrubbing.module';
import type { Host } from '@sluice/service';
import type { StandaloneSettings } from './config.js';

/** Every stage in one process, on the doors that the settings name; inference only where they name a model. */
@Module({})
export class StandaloneModule {
  static async open(settings: StandaloneSettings, host: Host): Promise<DynamicModule> {
    const infers = wantedModels(settings.INFERENCE_MODELS).length > 0;
    const archival = { ...settings, ARCHIVAL_AWAITS_INFERENCE: infers };
    return {
      module: StandaloneModule,
      imports: [
        await ArchivalModule.open(archival, host.forRoom('archival')),
        await EncryptionModule.open(settings, host.forRoom('encryption')),
        ...(infers ? [await InferenceModule.open(settings, host.forRoom('inference'))] : []),
        await ScrubbingModule.open(settings, host.forRoom('scrubbing')),
        await IntakeModule.open(settings, host.forRoom('intake')),
      ],
    };
  }
}
