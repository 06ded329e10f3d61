import type { Socket } from 'node:net';
import {
  decodeAssociateAccept,
  decodeAssociateReject,
  decodeAssociateRequest,
} from '../pdu/associate-decoder.js';
import { type Fragment, PduDecoder } from '../pdu/decoder.js';
import {
  encodeAbort,
  encodeAssociateAccept,
  encodeAssociateReject,
  encodeAssociateRequest,
  encodeReleaseRequest,
  encodeReleaseResponse,
} from '../pdu/encoder.js';
import {
  ABORT_REASON,
  type AbortReason,
  type AssociateAccept,
  type AssociateReject,
  type AssociateRequest,
  PDU_TYPE,
  PduError,
} from '../pdu/pdu.types.js';
import { type Action, actionFor, NEXT_STATE, type State, type UpperLayerEvent } from './state-table.js';

/** How an association ended. */
export type Ending = 'released' | 'aborted' | 'lost';

/** Indications and confirmations to the service user (PS3.8 7). Each may throw PduError, which aborts. */
export interface UpperLayerUser {
  /** Acceptor: answer by accept() or reject(). */
  associateRequested(request: AssociateRequest): void;
  /** Requestor: the acceptor's answer. */
  associateAnswered(answer: { accepted: AssociateAccept } | { rejected: AssociateReject }): void;
  fragment(fragment: Fragment): void;
  /** One socket read is decoded: a good moment to wake the reader of the data set. */
  readEnded(): void;
  /** Answer by release() when what runs is finished. */
  releaseRequested(): void;
  /** A bug met while reading; the association is aborted. */
  failed(error: unknown): void;
  /** Exactly once, as soon as nothing more will come. */
  ended(how: Ending): void;
}

export interface UpperLayerOptions {
  readonly socket: Socket;
  readonly user: UpperLayerUser;
  readonly role: 'acceptor' | 'requestor';
  /** Longest P-DATA-TF body that we announced, bytes. */
  readonly maxPduBytes: number;
  readonly artimMs: number;
}

const EVENT_OF_PDU: Readonly<Record<number, UpperLayerEvent>> = {
  [PDU_TYPE.associateRequest]: 'requestPdu',
  [PDU_TYPE.associateAccept]: 'acceptPdu',
  [PDU_TYPE.associateReject]: 'rejectPdu',
  [PDU_TYPE.releaseRequest]: 'releaseRequestPdu',
  [PDU_TYPE.releaseResponse]: 'releaseResponsePdu',
  [PDU_TYPE.abort]: 'abortPdu',
};

/** One end of an association: runs the state table of PS3.8 9.2 over a socket. Socket errors end in `ended('lost')`, never in a throw. */
export class UpperLayer {
  #state: State = 1;
  #artim: NodeJS.Timeout | undefined;
  #ended = false;
  #broken = false;
  readonly #decoder: PduDecoder;
  readonly #options: UpperLayerOptions;
  readonly #socket: Socket;

  constructor(options: UpperLayerOptions) {
    this.#options = options;
    this.#socket = options.socket;
    this.#decoder = new PduDecoder(
      {
        header: (type) => this.#header(type),
        pdu: (type, body) => this.#pdu(type, body),
        fragment: (part) => this.#fragment(part),
      },
      options.maxPduBytes,
    );
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (chunk) => this.#read(chunk));
    this.#socket.on('error', () => this.#socket.destroy());
    this.#socket.on('close', () => this.#run('closed'));
  }

  /** True while the peer owes us the rest of a PDU. */
  get inPdu(): boolean {
    return !this.#decoder.atBoundary;
  }

  get state(): State {
    return this.#state;
  }

  /** Acceptor: the connection stands, the request must come before ARTIM ends. */
  open(): void {
    this.#run('connection');
  }

  /** Requestor: call before the socket connects; `connected` sends the request. */
  request(): void {
    this.#run('associateRequest');
  }

  connected(request: AssociateRequest): void {
    this.#run('connected', () => this.write(encodeAssociateRequest(request)));
  }

  accept(accept: AssociateAccept): void {
    this.#run('accept', () => this.write(encodeAssociateAccept(accept)));
  }

  reject(reject: AssociateReject): void {
    this.#run('reject', () => this.write(encodeAssociateReject(reject)));
  }

  /** Sends whole P-DATA-TF PDUs, encoded; false when the socket's buffer is full. */
  send(pdus: readonly Buffer[]): boolean {
    let flowing = true;
    this.#run('data', () => {
      this.#socket.cork();
      for (const part of pdus) flowing = this.write(part);
      this.#socket.uncork();
    });
    return flowing;
  }

  /** Asks for a release, or answers one. */
  release(): void {
    if (this.#state === 6) return this.#run('releaseRequest', () => this.write(encodeReleaseRequest()));
    this.#run('releaseResponse', () => this.write(encodeReleaseResponse()));
  }

  /** A-ABORT by the service user. */
  abort(): void {
    this.#run('abort');
  }

  /** Breaks the connection without a word: for a peer that neither reads nor writes. */
  destroy(): void {
    this.#socket.destroy();
  }

  pause(): void {
    if (this.#state !== 13) this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  write(bytes: Buffer): boolean {
    return !this.#socket.writable || this.#socket.write(bytes);
  }

  #read(chunk: Buffer): void {
    if (this.#broken || this.#state === 1) return;
    try {
      this.#decoder.feed(chunk);
      this.#options.user.readEnded();
    } catch (error) {
      this.#broken = true;
      if (!(error instanceof PduError)) this.#options.user.failed(error);
      this.#run(
        'invalidPdu',
        undefined,
        error instanceof PduError ? error.reason : ABORT_REASON.notSpecified,
      );
    }
  }

  #header(type: number): void {
    if (type === PDU_TYPE.data) this.#run('dataPdu');
  }

  #fragment(fragment: Fragment): void {
    if (this.#state === 6 || this.#state === 7) this.#options.user.fragment(fragment);
  }

  #pdu(type: number, body: Buffer): void {
    const event = EVENT_OF_PDU[type];
    if (event !== undefined) this.#run(event, this.#indication(event, body));
  }

  /** What the user hears of a PDU; decoded only where the table lets it through. */
  #indication(event: UpperLayerEvent, body: Buffer): (() => void) | undefined {
    const { user } = this.#options;
    if (event === 'requestPdu') return () => user.associateRequested(decodeAssociateRequest(body));
    if (event === 'acceptPdu') return () => user.associateAnswered({ accepted: decodeAssociateAccept(body) });
    if (event === 'rejectPdu') return () => user.associateAnswered({ rejected: decodeAssociateReject(body) });
    if (event === 'releaseRequestPdu') return () => user.releaseRequested();
    return undefined;
  }

  #run(event: UpperLayerEvent, effect?: () => void, reason: AbortReason = ABORT_REASON.unexpectedPdu): void {
    const action = actionFor(event, this.#state);
    if (action === undefined) return;
    const from = this.#state;
    this.#state = action === 'AR-8' && this.#options.role === 'acceptor' ? 10 : NEXT_STATE[action];
    // The user may answer a request at once, which starts ARTIM anew.
    if (action === 'AE-6') this.#stopArtim();
    // An aborting action replaces what the event would have done.
    if (!action.startsWith('AA-')) effect?.();
    this.#perform(action, from, reason);
  }

  #perform(action: Action, from: State, reason: AbortReason): void {
    switch (action) {
      case 'AE-5':
      case 'AE-8':
        return this.#startArtim();
      case 'AR-5':
      case 'AA-5':
        return this.#stopArtim();
      case 'AR-4':
        this.#startArtim();
        return this.#end('released');
      case 'AE-4':
      case 'AR-3':
        this.#socket.end();
        return this.#end('released');
      case 'AA-2':
      case 'AA-3':
        this.#socket.destroy();
        return this.#end('aborted');
      case 'AA-4':
        return this.#end('lost');
      case 'AA-1':
        return this.#sendAbort(encodeAbort(0, ABORT_REASON.notSpecified), from);
      case 'AA-7':
      case 'AA-8':
        return this.#sendAbort(encodeAbort(2, reason), from);
    }
  }

  #sendAbort(abort: Buffer, from: State): void {
    this.#startArtim();
    if (!this.#socket.writableEnded) this.#socket.end(abort);
    // A stranger (HTTP, a scanner) is closed at once; a peer gets the time to read the abort.
    if (from === 2) this.#socket.destroySoon();
    else this.#socket.resume();
    this.#end('aborted');
  }

  #end(how: Ending): void {
    if (this.#state === 1) this.#stopArtim();
    if (this.#ended) return;
    this.#ended = true;
    this.#options.user.ended(how);
  }

  #startArtim(): void {
    this.#stopArtim();
    this.#artim = setTimeout(() => this.#run('artimExpired'), this.#options.artimMs);
  }

  #stopArtim(): void {
    clearTimeout(this.#artim);
    this.#artim = undefined;
  }
}
