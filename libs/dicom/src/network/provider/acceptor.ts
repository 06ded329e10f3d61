import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { type PeerCertificate, TLSSocket } from 'node:tls';
import { toSluiceError } from '@sluice/contracts';
import type {
  AssociationInfo,
  ListenerHandlers,
  ListenerLimits,
  ListenerObservation,
} from '../listener.types.js';
import type { Fragment } from '../pdu/decoder.js';
import { ABORT_REASON, type AssociateReject, type AssociateRequest, PduError } from '../pdu/pdu.types.js';
import { type Ending, UpperLayer, type UpperLayerUser } from '../upper-layer/upper-layer.js';
import { type AcceptedContext, answerContext, rejectionOf } from './negotiation.js';
import { ServiceProvider } from './service-provider.js';

/** Transient, presentation related: temporary congestion (PS3.8 Table 9-21). */
const CONGESTION: AssociateReject = { result: 2, source: 3, reason: 1 };

/** Looks at a peer's pace within `slowAfterMs`: each must find it slow. */
export const SLOW_TICKS = 4;
/** Less than this in the middle of a message is slow: a hundredth of the slowest line in use. */
const MIN_BYTES_PER_SECOND = 1024;

export interface AcceptorOptions {
  readonly socket: Socket;
  readonly remoteAddress: string;
  readonly aeTitle: string | undefined;
  readonly handlers: ListenerHandlers;
  readonly limits: Required<ListenerLimits>;
  /** Takes a place among the associations, or says why there is none. */
  admit(): AssociateReject | undefined;
  /** The association that was admitted is over and its handlers have settled. */
  leave(): void;
  observe(observation: ListenerObservation): void;
}

/** One connection to the listener, from the socket to its end. */
export class Acceptor implements UpperLayerUser {
  #provider: ServiceProvider | undefined;
  #association: AssociationInfo | undefined;
  #admitted = false;
  #maxPduBytes = 0;
  #bytesSeen = 0;
  #slowTicks = 0;
  readonly #layer: UpperLayer;
  readonly #options: AcceptorOptions;

  constructor(options: AcceptorOptions) {
    this.#options = options;
    const { socket, limits } = options;
    this.#layer = new UpperLayer({
      socket,
      user: this,
      role: 'acceptor',
      maxPduBytes: limits.maxPduBytes,
      artimMs: limits.associateTimeoutMs,
    });
    this.#layer.open();
  }

  /** Ends the association from our side: the drain's grace is over, or the peer is silent. */
  abort(): void {
    this.#layer.abort();
  }

  get remoteAddress(): string {
    return this.#options.remoteAddress;
  }

  /** True when the peer has held its place for `slowAfterMs` in the middle of a message and sent next to nothing. */
  get slow(): boolean {
    return this.#admitted && this.#slowTicks >= SLOW_TICKS;
  }

  /** Called `SLOW_TICKS` times in `slowAfterMs`. A peer that waits for us, or has nothing begun, is not slow. */
  measure(): void {
    const { socket, limits } = this.#options;
    const moved = socket.bytesRead - this.#bytesSeen;
    this.#bytesSeen = socket.bytesRead;
    const provider = this.#provider;
    const owes = provider !== undefined && !provider.busy && (provider.inMessage || this.#layer.inPdu);
    const least = (MIN_BYTES_PER_SECOND * limits.slowAfterMs) / SLOW_TICKS / 1000;
    this.#slowTicks = owes && moved < least ? this.#slowTicks + 1 : 0;
  }

  /** Gives the place to another at once, not when the handlers have settled. */
  displace(): void {
    this.#leave();
    this.#layer.abort();
  }

  associateRequested(request: AssociateRequest): void {
    const rejection = rejectionOf(request, this.#options.aeTitle) ?? this.#admit();
    if (rejection) return this.#reject(rejection, 'listener');
    this.#maxPduBytes = request.maxPduBytes;
    this.#watchSilence();
    const association = this.#describe(request);
    void this.#decide(association, request);
  }

  associateAnswered(): void {
    throw new PduError(ABORT_REASON.unexpectedPdu);
  }

  fragment(fragment: Fragment): void {
    this.#provider?.take(fragment);
  }

  readEnded(): void {
    this.#provider?.readEnded();
  }

  releaseRequested(): void {
    if (this.#provider?.inDataSet) throw new PduError(ABORT_REASON.unexpectedPdu);
    this.#provider?.whenIdle(() => this.#layer.release());
  }

  ended(how: Ending): void {
    this.#provider?.lost();
    void this.#finish(how);
  }

  failed(error: unknown): void {
    this.#options.observe({ what: 'failed', code: toSluiceError(error).code });
  }

  async #decide(association: AssociationInfo, request: AssociateRequest): Promise<void> {
    try {
      const verdict = await this.#options.handlers.associate(association);
      if (this.#layer.state !== 3) return;
      if (verdict.accept) this.#accept(association, request);
      else this.#reject(verdict, 'room');
    } catch (error) {
      this.failed(error);
      this.#reject(CONGESTION, 'room');
    }
  }

  #admit(): AssociateReject | undefined {
    const full = this.#options.admit();
    this.#admitted = full === undefined;
    return full;
  }

  #reject({ result, source, reason }: AssociateReject, by: 'room' | 'listener'): void {
    this.#options.observe({ what: 'rejected', by, result, source, reason });
    this.#layer.reject({ result, source, reason });
    this.#leave();
  }

  #accept(association: AssociationInfo, request: AssociateRequest): void {
    const { handlers, limits } = this.#options;
    const results = request.contexts.map((context) => answerContext(handlers, association, context));
    this.#association = association;
    this.#provider = new ServiceProvider({
      association,
      handlers,
      layer: this.#layer,
      contexts: acceptedOf(request, results),
      maxDataSetBytes: limits.maxDataSetBytes,
      dataSetTimeoutMs: limits.dataSetTimeoutMs,
      peerMaxPduBytes: this.#maxPduBytes,
      observe: this.#options.observe,
    });
    this.#options.observe({ what: 'accepted' });
    this.#layer.accept({
      calledAE: request.calledAE,
      callingAE: request.callingAE,
      contexts: results,
      maxPduBytes: limits.maxPduBytes,
    });
  }

  #describe(request: AssociateRequest): AssociationInfo {
    const certificate = certificateOf(this.#options.socket);
    return {
      id: randomUUID(),
      callingAE: request.callingAE,
      calledAE: request.calledAE,
      remoteAddress: this.#options.remoteAddress,
      ...(certificate ? { certificate } : {}),
    };
  }

  /** A peer may be silent as long as it waits for us, not otherwise. */
  #watchSilence(): void {
    const { socket, limits } = this.#options;
    socket.setTimeout(limits.idleTimeoutMs);
    socket.on('timeout', () => {
      if (!this.#provider?.busy) return this.#layer.abort();
      socket.setTimeout(limits.idleTimeoutMs);
    });
  }

  async #finish(how: Ending): Promise<void> {
    this.#options.socket.setTimeout(0);
    await this.#provider?.settled();
    const association = this.#association;
    if (association) {
      this.#options.observe({ what: 'ended', how });
      await this.#options.handlers.ended(association, how).catch((error: unknown) => this.failed(error));
    }
    this.#leave();
  }

  #leave(): void {
    if (!this.#admitted) return;
    this.#admitted = false;
    this.#options.leave();
  }
}

function acceptedOf(
  request: AssociateRequest,
  results: readonly { id: number; result: number; transferSyntax: string }[],
): Map<number, AcceptedContext> {
  const accepted = new Map<number, AcceptedContext>();
  request.contexts.forEach(({ id, abstractSyntax }, index) => {
    const answer = results[index];
    if (answer?.result === 0) accepted.set(id, { abstractSyntax, transferSyntax: answer.transferSyntax });
  });
  return accepted;
}

/** The client's certificate, only when it was checked against our CA. */
function certificateOf(socket: Socket): PeerCertificate | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const certificate = socket.getPeerCertificate();
  return Object.keys(certificate).length > 0 ? certificate : undefined;
}
