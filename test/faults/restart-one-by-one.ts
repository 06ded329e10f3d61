import type { Installation } from '../installation/installation.js';
import type { ServiceProcess } from '../installation/service-process.js';

/** Whoever reads an event is replaced before whoever writes it, so that nobody meets an event of a later version than its own. */
const ORDER = ['archival', 'encryption', 'inference', 'scrubbing', 'intake'] as const;

/** A rolling restart: each service, inference where it is installed, is told to stop, ends with 0, starts again and is ready, one after the other. */
export async function restartOneByOne(
  { services, inference }: Installation,
  before: (service: ServiceProcess) => void = () => undefined,
): Promise<void> {
  for (const name of ORDER) {
    const service = name === 'inference' ? inference : services[name];
    if (!service) continue;
    const code = await service.end('SIGTERM');
    if (code !== 0) throw new Error(`${name} ended with ${code}: ${await service.tail()}`);
    before(service);
    service.spawn();
    await service.ready(60_000);
  }
}
