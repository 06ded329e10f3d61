import { GenericContainer, getContainerRuntimeClient } from 'testcontainers';
import { probe, urlOf } from '../probes.js';
import { freePort } from '../processes/ports.js';
import { provision } from '../provision.js';
import { writeRecord, type StackRecord } from '../record.js';
import type { ServiceName } from '../names.js';
import type { Backing, StartContext } from '../stack.types.js';
import { waitUntil } from '../wait.js';
import { IMAGES } from './images.js';

/** One server as a container, started and provisioned. Its data live as long as the container: until `down`. */
export async function startContainer(
  name: ServiceName,
  { folder, record, detached, say }: StartContext,
): Promise<Backing> {
  const image = IMAGES[name];
  const port = await freePort(record.ports[name]);
  record.ports[name] = port;
  say(`starting ${image.name} ...`);
  const container = image
    .configure(new GenericContainer(image.name), { port, record })
    .withExposedPorts({ container: image.port, host: port })
    .withLabels({ 'sluice.stack': folder, 'sluice.service': name });
  // A reused container is not reaped with this process: `down` removes it by the recorded id.
  const id = (await (detached ? container.withReuse() : container).start()).getId();
  record.running[name] = { container: id };
  writeRecord(folder, record);

  const backing: Backing = {
    name,
    port,
    url: urlOf(name, port, record),
    pid: undefined,
    async start() {
      const container = await containerById(id);
      const { State } = await container.inspect();
      if (!State.Running) await container.start();
      await backing.ready();
    },
    ready: () => waitUntil(() => probe(name, port, record), `${name} is not ready: see docker logs ${id}.`),
    kill: async () => (await containerById(id)).kill({ signal: 'SIGKILL' }),
    stop: async () => (await containerById(id)).stop({ t: 10 }),
  };
  await backing.ready();
  await provision(name, port, record);
  return backing;
}

/** Removes the recorded containers and what they hold. */
export async function removeContainers(folder: string, record: StackRecord): Promise<void> {
  for (const { container } of Object.values(record.running)) {
    if (container !== undefined) await (await containerById(container)).remove({ force: true, v: true });
  }
  record.running = {};
  writeRecord(folder, record);
}

/** True while the recorded container runs. */
export async function containerRuns(id: string): Promise<boolean> {
  const container = await containerById(id);
  return container.inspect().then(
    ({ State }) => State.Running,
    () => false,
  );
}

async function containerById(id: string): Promise<ContainerHandle> {
  const client = await getContainerRuntimeClient();
  return client.container.getById(id);
}

type RuntimeClient = Awaited<ReturnType<typeof getContainerRuntimeClient>>;
type ContainerHandle = ReturnType<RuntimeClient['container']['getById']>;
