import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A collector for traces that keeps every byte it is sent. */
export class Collector {
  readonly #server: Server;
  readonly #bodies: Buffer[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => void this.#bodies.push(chunk));
      request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
    });
  }

  static async start(): Promise<Collector> {
    const collector = new Collector();
    collector.#server.listen(0, '127.0.0.1');
    await once(collector.#server, 'listening');
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1/traces`;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#bodies);
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
