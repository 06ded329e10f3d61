import { createHash } from 'node:crypto';
import { createListener } from '../listener.js';
import type {
  Listener,
  ListenerHandlers,
  ListenerObservation,
  ListenerOptions,
  StoreRequest,
} from '../listener.types.js';

/** What the room saw. */
export interface TestRoom {
  readonly listener: Listener;
  readonly port: number;
  readonly stored: {
    readonly sopInstanceUID: string;
    readonly transferSyntaxUID: string;
    readonly sizeBytes: number;
    readonly sha256: string;
  }[];
  /** What reading a data set threw. */
  readonly broken: unknown[];
  readonly endings: string[];
  readonly observed: ListenerObservation[];
}

/** A listener on a free port whose room reads everything, notes it and accepts it. */
export async function openTestRoom(
  options: Partial<ListenerOptions> = {},
  handlers: Partial<ListenerHandlers> = {},
): Promise<TestRoom> {
  const seen = {
    stored: [] as TestRoom['stored'],
    broken: [] as unknown[],
    endings: [] as string[],
    observed: [] as ListenerObservation[],
  };
  const listener = await createListener({
    host: '127.0.0.1',
    port: 0,
    observe: (observation) => void seen.observed.push(observation),
    ...options,
    handlers: {
      associate: () => Promise.resolve({ accept: true }),
      choose: (_association, context) => context.transferSyntaxes[0],
      store: (request) => readAll(request, seen),
      ended: (_association, how) => Promise.resolve(void seen.endings.push(how)),
      ...handlers,
    },
  });
  return { ...seen, listener, port: listener.port };
}

async function readAll(
  request: StoreRequest,
  seen: Pick<TestRoom, 'stored' | 'broken'>,
): Promise<{ status: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  try {
    for await (const chunk of request.dataSet) {
      hash.update(chunk);
      sizeBytes += chunk.length;
    }
  } catch (error) {
    seen.broken.push(error);
    throw error;
  }
  seen.stored.push({
    sopInstanceUID: request.sopInstanceUID,
    transferSyntaxUID: request.transferSyntaxUID,
    sizeBytes,
    sha256: hash.digest('hex'),
  });
  return { status: 0 };
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Waits until something holds, at most 10 s. */
export async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error('waited 10 s in vain');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
