import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { FromProcess, ToProcess, WireTensor } from './onnxruntime-process.types.js';

// A process of its own: it is given a model's bytes and pictures, and gives numbers. It reads no settings and knows no names.
// Node takes the types out when this is run from source: only packages may be imported here as values.
type Load = Extract<ToProcess, { load: unknown }>;

let session: InferenceSession | undefined;
let last: Promise<unknown> = Promise.resolve();

process.on('message', (message: ToProcess) => {
  // One after another: a session's threads are as many as it may have.
  last = last.then(() => ('load' in message ? load(message) : answer(message)));
});
process.on('disconnect', () => process.exit(0));

async function load({ load: model, threads, providers }: Load): Promise<void> {
  for (const provider of providers) {
    session = await sessionOn(provider, model, threads);
    if (!session) continue;
    const [inputs, outputs] = [portsOf(session.inputMetadata), portsOf(session.outputMetadata)];
    return say({ loaded: { provider, inputs, outputs } });
  }
  // What is wrong, the file or the device, the runtime says in words alone: a file that loads on the CPU is none to blame.
  const lacksDevice = !providers.includes('cpu') && (await sessionOn('cpu', model, threads)) !== undefined;
  say({ loaded: undefined, lacksDevice });
}

/** Undefined where the runtime cannot: no such device, or no such model. */
function sessionOn(
  provider: string,
  model: Uint8Array,
  threads: number,
): Promise<InferenceSession | undefined> {
  return InferenceSession.create(model, {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
  }).catch(() => undefined);
}

function portsOf(
  metadata: InferenceSession['inputMetadata'],
): { name: string; shape: (number | string)[] }[] {
  return metadata.flatMap((port) =>
    port.isTensor && port.type === 'float32' ? [{ name: port.name, shape: [...port.shape] }] : [],
  );
}

async function answer({ id, inputs }: Extract<ToProcess, { id: number }>): Promise<void> {
  try {
    const feeds = Object.fromEntries(
      inputs.map(({ name, shape, data }) => [name, new Tensor('float32', floatsOf(data), shape)]),
    );
    const found = (await session?.run(feeds)) ?? {};
    const outputs: WireTensor[] = Object.entries(found).flatMap(([name, { data, dims }]) =>
      data instanceof Float32Array ? [{ name, shape: [...dims], data }] : [],
    );
    say({ id, outputs });
  } catch {
    // What the runtime says may quote the input.
    say({ id, outputs: undefined });
  }
}

const floatsOf = (data: Float32Array | Uint8Array): Float32Array =>
  data instanceof Float32Array ? data : new Float32Array(data);

function say(message: FromProcess): void {
  process.send?.(message);
}
