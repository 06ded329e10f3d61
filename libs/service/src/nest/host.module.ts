import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { Host } from '../host.js';
import { ErrorFilter } from './error.filter.js';
import { HealthController } from './health.controller.js';
import { HOST } from './host-token.js';
import { MetricsController } from './metrics.controller.js';

/** Health and metrics of a process, and its host as a provider (`@Inject(HOST)`) for every module. */
@Module({})
export class HostModule {}

/** The root of a process: the host and its rooms. */
export function hostModule(host: Host, rooms: DynamicModule): DynamicModule {
  return {
    module: HostModule,
    global: true,
    imports: [rooms],
    controllers: [HealthController, MetricsController],
    providers: [
      { provide: HOST, useValue: host },
      { provide: APP_FILTER, useClass: ErrorFilter },
    ],
    exports: [HOST],
  };
}
