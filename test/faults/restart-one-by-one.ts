import type { Installation, Service } from '../installation/installation.js';
import type { ServiceProcess } from '../installation/service-process.js';

/** Whoever reads an event is replaced before whoever writes it, so that nobody meets an event of a later version than its own. */
const ORDER: readonly Service[] = ['archival', 'encryption', 'scrubbing', 'intake'];

/** A rolling restart: each service is told to stop, ends with 0, starts again and is ready, one after the other. */
export async function restartOneByOne(
  { services }: Installation,
  before: (service: ServiceProcess) => void = () => undefined,
): Promise<void> {
  for (const name of ORDER) {
    const service = services[name];
    const code = await service.end('SIGTERM');
    if (code !== 0) throw new Error(`${name} ended with ${code}: ${await service.tail()}`);
    before(service);
    service.spawn();
    await service.ready(60_000);
  }
}
