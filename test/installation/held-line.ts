import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A line to a server on 127.0.0.1 that can carry nothing for a while: nothing is cut, nothing moves. */
export interface HeldLine {
  readonly port: number;
  /** Resolves when it has carried back as many bytes as it may before it holds by itself. */
  readonly full: Promise<void>;
  hold(): void;
  /** Carries everything from now on. */
  resume(): void;
  /** Cuts every connection. */
  close(): void;
}

/** Opens one that carries everything until it is told, or `mostBytes` back from `target` and no more until it is told. */
export async function heldLine(target: number, mostBytes = Infinity): Promise<HeldLine> {
  const sockets = new Set<Socket>();
  const full = Promise.withResolvers<void>();
  let left = mostBytes;
  let held = false;
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('end', () => to.end());
      from.on('close', () => {
        sockets.delete(from);
        to.end();
      });
      from.on('data', (bytes) => to.write(bytes));
      if (held) from.pause();
    }
    upstream.on('data', ({ length }) => {
      left -= length;
      if (left > 0) return;
      upstream.pause();
      full.resolve();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    full: full.promise,
    hold: () => {
      held = true;
      for (const socket of sockets) socket.pause();
    },
    resume: () => {
      left = Infinity;
      held = false;
      for (const socket of sockets) socket.resume();
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
