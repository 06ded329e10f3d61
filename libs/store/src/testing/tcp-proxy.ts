import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What stands between a client and a server, for tests. `connection` counts from 1. */
export interface ProxyRules {
  /** Sees what goes up; what it returns goes on, undefined cuts the line. */
  readonly up?: (bytes: Buffer, connection: number) => Buffer | undefined;
  readonly down?: (bytes: Buffer, connection: number) => Buffer | undefined;
}

/** A line to 127.0.0.1:`target` that can be cut or disturbed. */
export async function tcpProxy(target: number, rules: ProxyRules): Promise<{ port: number; close(): void }> {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const connection = ++connections;
    const upstream = connect(target, '127.0.0.1');
    const cut = () => (client.destroy(), upstream.destroy());
    const pass = (from: Socket, to: Socket, rule: ProxyRules['up']) => {
      sockets.add(from.on('error', cut).on('close', cut));
      from.on('data', (bytes) => {
        const onward = rule ? rule(bytes as Buffer, connection) : (bytes as Buffer);
        if (onward) to.write(onward);
        else cut();
      });
    };
    pass(client, upstream, rules.up);
    pass(upstream, client, rules.down);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: (server.address() as AddressInfo).port, close };
}
