import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A line to a server on 127.0.0.1 that carries some bytes back, and then nothing until it is told. */
export interface ShortLine {
  readonly port: number;
  /** Resolves when it has carried them. */
  readonly full: Promise<void>;
  /** Carries everything from now on. */
  resume(): void;
  /** Cuts every connection. */
  close(): void;
}

/** Opens one that carries `mostBytes` back from `target`. */
export async function shortLine(target: number, mostBytes: number): Promise<ShortLine> {
  const sockets = new Set<Socket>();
  const full = Promise.withResolvers<void>();
  let left = mostBytes;
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('end', () => to.end());
      from.on('close', () => sockets.delete(from));
    }
    client.on('data', (bytes) => upstream.write(bytes));
    upstream.on('data', (bytes) => {
      client.write(bytes);
      left -= bytes.length;
      if (left > 0) return;
      upstream.pause();
      full.resolve();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    full: full.promise,
    resume: () => {
      left = Infinity;
      for (const socket of sockets) socket.resume();
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
