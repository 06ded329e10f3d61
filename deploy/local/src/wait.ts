import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 60_000;
const PAUSE_MS = 100;

/** Tries `probe` until it passes. Throws `failure` with the last error as cause after a minute, or as soon as `hopeless` says so. */
export async function waitUntil(
  probe: () => Promise<unknown>,
  failure: string,
  hopeless: () => boolean = () => false,
): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      await probe();
      return;
    } catch (cause) {
      if (hopeless() || Date.now() > giveUpAt) throw new Error(failure, { cause });
    }
    await sleep(PAUSE_MS);
  }
}

/** Throws unless something accepts connections on 127.0.0.1:port. */
export function tcpAnswers(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.setTimeout(1000, () => socket.destroy(new Error('timed out')));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}
