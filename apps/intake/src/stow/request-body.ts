import type { IncomingMessage } from 'node:http';
import { SluiceError } from '@sluice/contracts';

/** How long a sender may be silent, and take in all, ms. */
export interface BodyLimits {
  readonly idleMs: number;
  readonly totalMs: number;
}

/**
 * The bytes of a request as they come; back-pressure reaches the socket, and time counts only while we wait for the sender.
 * @throws SluiceError INTAKE_BODY_TOO_SLOW, INTAKE_BODY_MALFORMED when the sender is gone before the end
 */
export async function* requestBody(request: IncomingMessage, limits: BodyLimits): AsyncGenerator<Buffer> {
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  let leftMs = limits.totalMs;
  try {
    for (;;) {
      const began = Date.now();
      const next = await within(chunks.next(), Math.min(limits.idleMs, leftMs));
      if (next.done) return;
      leftMs -= Date.now() - began;
      yield next.value;
    }
  } finally {
    // Not awaited: behind a chunk that never comes it would never settle.
    void chunks.return?.().catch(() => undefined);
  }
}

async function within<T>(answer: Promise<T>, timeoutMs: number): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new SluiceError('INTAKE_BODY_TOO_SLOW')), timeoutMs);
  const read = answer.catch((cause: unknown) => {
    throw new SluiceError('INTAKE_BODY_MALFORMED', { detail: 'cut', cause });
  });
  try {
    return await Promise.race([read, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
