import { Controller, Get, HttpCode, Inject, ServiceUnavailableException } from '@nestjs/common';
import type { Readiness } from '../health/health.js';
import type { Host } from '../host.js';
import { HOST } from './host-token.js';

/** Probes of a process: live (restart it when not) and ready (send it work). */
@Controller('health')
export class HealthController {
  constructor(@Inject(HOST) private readonly host: Host) {}

  @Get('live')
  @HttpCode(200)
  live(): { live: true } {
    if (!this.host.health.live()) throw new ServiceUnavailableException({ live: false });
    return { live: true };
  }

  @Get('ready')
  @HttpCode(200)
  async ready(): Promise<Readiness> {
    const readiness = await this.host.health.ready();
    if (!readiness.ready) throw new ServiceUnavailableException(readiness);
    return readiness;
  }
}
