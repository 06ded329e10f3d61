import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

const PRODUCE = 0;

/** Stands between a client and a broker, and loses the answers to produce requests when told to. */
export interface CuttingProxy {
  readonly port: number;
  /** The broker gets the next produce request; its answer is lost and the connection is cut. */
  loseNextAnswer(): void;
  readonly lost: () => number;
  close(): Promise<void>;
}

/** Opens a proxy on loopback in front of `host:port`. */
export async function cuttingProxy(broker: string): Promise<CuttingProxy> {
  const [host = '127.0.0.1', port = '0'] = broker.split(':');
  const sockets = new Set<Socket>();
  let armed = false;
  let lost = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(port), host);
    let cutting = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => (client.destroy(), upstream.destroy(), sockets.delete(socket)));
    }
    client.on('data', (chunk: Buffer) => {
      if (armed && chunk.length > 6 && chunk.readInt16BE(4) === PRODUCE) {
        armed = false;
        cutting = true;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (!cutting) return void client.write(chunk);
      lost += 1;
      client.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    loseNextAnswer: () => void (armed = true),
    lost: () => lost,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
