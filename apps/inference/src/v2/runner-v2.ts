import { ERRORS, SluiceError } from '@sluice/contracts';
import { z } from 'zod';
import { checkOutputs, type ModelPorts, type ModelRunner } from '../model/runner.js';
import { type Port, sizeOf, type Tensor } from '../model/tensor.js';
import {
  decodeResponse,
  encodeRequest,
  JSON_LENGTH_HEADER,
  MOST_JSON_BYTES,
  type V2Message,
} from './v2-message.js';

export interface V2RunnerOptions {
  /** Where the server is, such as `http://triton:8000`. */
  readonly url: string;
  readonly name: string;
  /** Left out: the server's newest. */
  readonly version?: string | undefined;
  /** SHA-256 that the server's model must have, where the server tells (ours does, Triton does not). */
  readonly digest?: string | undefined;
  /** What the model must take and give. */
  readonly ports: ModelPorts;
  /** For one batch. Default 120,000. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 120_000;
const PROBE_TIMEOUT_MS = 2_000;
const FLOAT_BYTES = 4;

const WirePorts = z
  .array(
    z.object({ name: z.string().max(128), datatype: z.string().max(16), shape: z.array(z.int()).max(8) }),
  )
  .max(32);
const Metadata = z.object({
  inputs: WirePorts,
  outputs: WirePorts,
  parameters: z.object({ digest: z.string().max(128).optional() }).optional(),
});

/** A model behind a server of the Open Inference Protocol v2 (Triton, KServe, our own), over HTTP. Nothing is asked of it yet. */
export function openV2Runner(options: V2RunnerOptions): ModelRunner & { check(): Promise<void> } {
  const version = options.version ? `/versions/${encodeURIComponent(options.version)}` : '';
  const model = `${options.url.replace(/\/+$/, '')}/v2/models/${encodeURIComponent(options.name)}${version}`;
  return {
    ports: options.ports,
    run: async (inputs) => {
      const count = inputs[0]?.shape[0] ?? 0;
      const answer = await infer(`${model}/infer`, inputs, options);
      return checkOutputs(
        decodeResponse(answer),
        { ports: options.ports, count },
        'INFERENCE_SERVER_RUBBISH',
      );
    },
    probe: async () =>
      void (await ask(`${model}/ready`, { timeoutMs: PROBE_TIMEOUT_MS, mostBytes: MOST_JSON_BYTES })),
    check: () => checkMetadata(model, options),
    close: async () => undefined,
  };
}

/** The server's model takes and gives what ours must, and is the pinned one where it tells. @throws SluiceError INFERENCE_MODEL_UNFIT, _DIGEST_WRONG, INFERENCE_SERVER_* */
async function checkMetadata(model: string, { ports, digest }: V2RunnerOptions): Promise<void> {
  const { body } = await ask(model, { timeoutMs: PROBE_TIMEOUT_MS, mostBytes: MOST_JSON_BYTES });
  const metadata = parsedMetadata(body);
  if (!offers(metadata.inputs, ports.inputs) || !offers(metadata.outputs, ports.outputs))
    throw new SluiceError('INFERENCE_MODEL_UNFIT', { detail: 'the server tells other inputs or outputs' });
  const told = metadata.parameters?.digest;
  if (digest && told && told !== digest)
    throw new SluiceError('INFERENCE_MODEL_DIGEST_WRONG', { detail: 'the server runs another file' });
}

function parsedMetadata(body: Buffer): z.infer<typeof Metadata> {
  try {
    return Metadata.parse(JSON.parse(body.toString('utf8')));
  } catch (cause) {
    throw new SluiceError('INFERENCE_SERVER_RUBBISH', { detail: 'its metadata cannot be read', cause });
  }
}

function offers(told: z.infer<typeof WirePorts>, wanted: readonly Port[]): boolean {
  return wanted.every(({ name, shape }) =>
    told.some(
      (port) => port.name === name && port.datatype === 'FP32' && port.shape.slice(1).join() === shape.join(),
    ),
  );
}

function infer(url: string, inputs: readonly Tensor[], options: V2RunnerOptions): Promise<V2Message> {
  const { body, jsonBytes } = encodeRequest(inputs);
  const count = inputs[0]?.shape[0] ?? 0;
  const floats = options.ports.outputs.reduce((sum, { shape }) => sum + count * sizeOf(shape), 0);
  return ask(url, {
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    mostBytes: MOST_JSON_BYTES + floats * FLOAT_BYTES,
    request: {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', [JSON_LENGTH_HEADER]: String(jsonBytes) },
      body: new Uint8Array(body),
    },
  });
}

interface Question {
  readonly timeoutMs: number;
  /** A longer answer is not read. */
  readonly mostBytes: number;
  readonly request?: { method: 'POST'; headers: Record<string, string>; body: Uint8Array<ArrayBuffer> };
}

async function ask(url: string, { timeoutMs, mostBytes, request }: Question): Promise<V2Message> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, { ...request, signal, redirect: 'error' });
    if (!response.ok) {
      await response.body?.cancel();
      throw refused(response.status);
    }
    const jsonBytes = response.headers.get(JSON_LENGTH_HEADER);
    const body = await bounded(response, mostBytes);
    return { body, jsonBytes: jsonBytes === null ? undefined : Number(jsonBytes) };
  } catch (cause) {
    if (cause instanceof SluiceError) throw cause;
    if (signal.aborted) throw new SluiceError('INFERENCE_SERVER_SLOW', { cause });
    throw new SluiceError('INFERENCE_SERVER_UNAVAILABLE', { detail: 'it cannot be reached', cause });
  }
}

function refused(status: number): SluiceError {
  if (status === ERRORS.INFERENCE_OUTPUT_INVALID.http)
    return new SluiceError('INFERENCE_OUTPUT_INVALID', { detail: 'the server says so' });
  if (status >= 500 || status === 429)
    return new SluiceError('INFERENCE_SERVER_UNAVAILABLE', { detail: 'it is not ready' });
  if (status === 404) return new SluiceError('INFERENCE_SERVER_LACKS_MODEL');
  return new SluiceError('INFERENCE_SERVER_RUBBISH', { detail: 'it does not take what its model takes' });
}

async function bounded(response: Response, mostBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > mostBytes)
      throw new SluiceError('INFERENCE_SERVER_RUBBISH', { detail: 'its answer is too long' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
