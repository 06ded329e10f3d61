import { type DynamicModule, Inject, Injectable, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { runStage, type StageOptions } from '../stage/run-stage.js';

const STAGE_OPTIONS = Symbol('stage options');

/** Runs a stage for as long as the application lives: starts on bootstrap, the host drains it at shutdown. */
@Injectable()
export class StageRunner implements OnApplicationBootstrap {
  constructor(@Inject(STAGE_OPTIONS) private readonly options: StageOptions) {}

  async onApplicationBootstrap(): Promise<void> {
    await runStage(this.options);
  }
}

/** See `stageModule`. */
@Module({})
export class StageModule {}

/** The Nest module of one stage, for the imports of an app's module. */
export function stageModule(options: StageOptions): DynamicModule {
  return { module: StageModule, providers: [{ provide: STAGE_OPTIONS, useValue: options }, StageRunner] };
}
