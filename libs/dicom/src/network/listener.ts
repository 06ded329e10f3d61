import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, Server as TlsServer, TLSSocket } from 'node:tls';
import { isSluiceError, SluiceError } from '@sluice/contracts';
import { Admission } from './admission.js';
import type {
  Listener,
  ListenerLimits,
  ListenerObservation,
  ListenerOptions,
  ListenerTls,
} from './listener.types.js';
import type { AssociateReject } from './pdu/pdu.types.js';
import { Acceptor, SLOW_TICKS } from './provider/acceptor.js';
import { serverOptions } from './security-profile.js';

/** The bounds used where an installation names none. */
export const LISTENER_LIMITS: Required<ListenerLimits> = {
  maxAssociations: 128,
  maxAssociationsPerAddress: 64,
  maxPduBytes: 131_072,
  associateTimeoutMs: 10_000,
  idleTimeoutMs: 60_000,
  maxDataSetBytes: 4_294_967_294,
  slowAfterMs: 5_000,
  dataSetTimeoutMs: 3_600_000,
  maxPending: 1024,
  maxPendingPerAddress: 128,
};
const DEFAULT_GRACE_MS = 10_000;
/** After an abort: how long handlers get to notice. */
const SETTLE_MS = 1_000;

/** Opens a DICOM listener: C-ECHO and C-STORE over TCP or TLS (PS3.8, PS3.15 B.12). @throws SluiceError DICOM_LISTEN_FAILED */
export async function createListener(options: ListenerOptions): Promise<Listener> {
  const limits = { ...LISTENER_LIMITS, ...given(options.limits) };
  const house = new House(options, limits);
  const { tls } = options;
  const server = tls
    ? usable(() => createTlsServer({ ...serverOptions(tls), handshakeTimeout: limits.associateTimeoutMs }))
    : createServer();
  server.on('connection', (socket: Socket) => house.connected(socket));
  server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => house.serve(socket));
  // Errors of one connection (a failed handshake, a full descriptor table) are not the listener's.
  server.on('tlsClientError', (_error, socket: Socket) => socket.destroy());
  await listen(server, options);
  server.on('error', () => house.observe({ what: 'failed', code: 'DICOM_LISTEN_FAILED' }));
  let closing: Promise<void> | undefined;
  return {
    port: portOf(server),
    associations: () => house.admission.associations,
    setSecureContext: (renewed: ListenerTls) =>
      usable(() => server instanceof TlsServer && server.setSecureContext(serverOptions(renewed))),
    close: ({ graceMs = DEFAULT_GRACE_MS } = {}) => (closing ??= house.close(server, graceMs)),
  };
}

/** Everybody who is connected. */
class House {
  readonly admission: Admission;
  readonly #connections = new Set<Socket>();
  readonly #acceptors = new Set<Acceptor>();
  /** The raw connection by its peer's address and port: TLS wraps it in another object. */
  readonly #raw = new Map<string, Socket>();
  readonly #options: ListenerOptions;
  readonly #limits: Required<ListenerLimits>;
  readonly #pace: NodeJS.Timeout;
  #left: (() => void) | undefined;

  constructor(options: ListenerOptions, limits: Required<ListenerLimits>) {
    this.#options = options;
    this.#limits = limits;
    this.admission = new Admission(limits);
    this.#pace = setInterval(() => this.#measure(), limits.slowAfterMs / SLOW_TICKS).unref();
  }

  /** A broken metric must not break an association. */
  observe(observation: ListenerObservation): void {
    try {
      this.#options.observe?.(observation);
    } catch {
      return;
    }
  }

  connected(socket: Socket): void {
    const address = addressOf(socket);
    const key = `${address} ${socket.remotePort}`;
    this.#connections.add(socket);
    this.#raw.set(key, socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#connections.delete(socket);
      this.#raw.delete(key);
      this.admission.settled(socket);
    });
    this.observe({ what: 'connected' });
    this.#wait(socket, address);
  }

  /** Counts a connection that has no association; the oldest goes when there are too many. */
  #wait(socket: Socket, address: string): void {
    const displaced = this.admission.connected(socket, address);
    if (!displaced) return;
    this.admission.settled(displaced);
    this.observe({ what: 'evicted' });
    displaced.destroy();
  }

  serve(socket: Socket): void {
    // RFC 9325 3.5: nothing in DICOM needs renegotiation.
    if (socket instanceof TLSSocket) socket.disableRenegotiation();
    const address = addressOf(socket);
    const raw = this.#raw.get(`${address} ${socket.remotePort}`) ?? socket;
    const acceptor: Acceptor = new Acceptor({
      socket,
      remoteAddress: address,
      aeTitle: this.#options.aeTitle,
      handlers: this.#options.handlers,
      limits: this.#limits,
      admit: () => {
        const full = this.#enter(address);
        if (!full) this.admission.settled(raw);
        return full;
      },
      leave: () => {
        this.admission.leave(address);
        if (!raw.destroyed) this.#wait(raw, address);
        if (this.admission.associations === 0) this.#left?.();
      },
      observe: (observation) => this.observe(observation),
    });
    this.#acceptors.add(acceptor);
    socket.on('close', () => this.#acceptors.delete(acceptor));
  }

  /** Takes a place; in a full house the place of somebody who has been too slow, so that a crowd of slow peers cannot lock others out. */
  #enter(address: string): AssociateReject | undefined {
    const full = this.admission.enter(address);
    if (!full || this.admission.draining) return full;
    const slow = [...this.#acceptors].filter((acceptor) => acceptor.slow);
    const own = slow.find((acceptor) => acceptor.remoteAddress === address);
    const displaced = own ?? (this.admission.full ? slow[0] : undefined);
    if (!displaced) return full;
    this.observe({ what: 'evicted' });
    displaced.displace();
    return this.admission.enter(address);
  }

  #measure(): void {
    for (const acceptor of this.#acceptors) acceptor.measure();
  }

  async close(server: Server, graceMs: number): Promise<void> {
    this.admission.drain();
    await this.#empty(graceMs);
    const closed = once(server, 'close');
    server.close();
    for (const acceptor of this.#acceptors) acceptor.abort();
    await this.#empty(SETTLE_MS);
    for (const socket of this.#connections) socket.destroy();
    clearInterval(this.#pace);
    await closed;
  }

  /** Resolves when no association stands, at the latest after this time. */
  async #empty(withinMs: number): Promise<void> {
    if (this.admission.associations === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#left = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** TLS material that Node refuses is a failure to listen. */
function usable<T>(build: () => T): T {
  try {
    return build();
  } catch (error) {
    throw isSluiceError(error)
      ? error
      : new SluiceError('DICOM_LISTEN_FAILED', { detail: 'TLS key or certificate', cause: error });
  }
}

/** A limit that is named but undefined is not given. */
function given(limits: ListenerLimits = {}): ListenerLimits {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
}

async function listen(server: Server, { host, port }: ListenerOptions): Promise<void> {
  server.listen({ host, port, backlog: 1024 });
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new SluiceError('DICOM_LISTEN_FAILED', { cause: error });
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

/** IPv4 as such, also on a dual-stack socket. */
function addressOf(socket: Socket): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}
