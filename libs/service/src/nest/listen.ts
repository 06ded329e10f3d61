import type { NestExpressApplication } from '@nestjs/platform-express';
import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Closing } from '../closing.js';

/** A TLS listener: where, and with which certificate and trust (`node:tls`). */
export interface HttpsListener {
  readonly port: number;
  readonly host: string;
  readonly tls: ServerOptions;
}

/** Connections that one listener holds at once; the next is refused at once, not queued. */
const MAX_CONNECTIONS = 1_000;

/** The longest request, ms. Node's own five minutes would cut a large study; a room that takes bodies watches their silence itself. */
const REQUEST_TIMEOUT_MS = 3_900_000;

/** Starts Nest and its HTTP listener; returns the port. */
export async function listenHttp(app: NestExpressApplication, port: number, host: string): Promise<number> {
  const server = app.getHttpServer() as Server;
  bound(server);
  await app.listen(port, host);
  return portOf(server);
}

/** A listener over TLS: its port, and how it takes another certificate for connections to come. */
export interface HttpsDoor {
  readonly port: number;
  /** @throws Error for a key that does not fit, or no certificate */
  renew(listener: HttpsListener): void;
}

/** Serves the same routes over TLS too. */
export async function listenHttps(
  app: NestExpressApplication,
  listener: HttpsListener | undefined,
  closing: Closing,
): Promise<HttpsDoor | undefined> {
  if (!listener) return undefined;
  const server = createServer(listener.tls, app.getHttpAdapter().getInstance() as RequestListener);
  bound(server);
  server.listen(listener.port, listener.host);
  await once(server, 'listening');
  closing.onClose(async () => {
    server.close();
    await once(server, 'close');
  });
  return { port: portOf(server), renew: ({ tls }) => server.setSecureContext(tls) };
}

function bound(server: Pick<Server, 'maxConnections' | 'requestTimeout'>): void {
  server.maxConnections = MAX_CONNECTIONS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
}

const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;
