import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands before a key service, counts its calls by name and can cut them off. */
export interface CountingProxy {
  readonly url: string;
  calls(operation: string): number;
  refuse(on: boolean): void;
  close(): Promise<void>;
}

/** Opens one on a free port of 127.0.0.1. */
export async function countingProxy(target: string): Promise<CountingProxy> {
  const counts = new Map<string, number>();
  let refusing = false;
  const forward = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (refusing) return incoming.socket.destroy();
    const operation = String(incoming.headers['x-amz-target']).split('.').at(-1) as string;
    counts.set(operation, (counts.get(operation) ?? 0) + 1);
    const onward = request(
      new URL(incoming.url ?? '/', target),
      { method: incoming.method, headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    return incoming.pipe(onward);
  };
  const server = createServer(forward).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: (operation) => counts.get(operation) ?? 0,
    refuse: (on) => (refusing = on),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
