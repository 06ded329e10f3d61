import type { Socket } from 'node:net';
import { SluiceError, toSluiceError } from '@sluice/contracts';
import type { CommandSet } from '../dimse/command-set.js';
import { MessageReader } from '../dimse/message-reader.js';
import type { ProposedContext } from '../listener.types.js';
import type { Fragment } from '../pdu/decoder.js';
import { APPLICATION_CONTEXT, encodeCommandData, encodeDataHeader, roomFor } from '../pdu/encoder.js';
import {
  ABORT_REASON,
  type AssociateAccept,
  type AssociateReject,
  type ContextResult,
  PduError,
} from '../pdu/pdu.types.js';
import { isTitle } from '../provider/negotiation.js';
import { type Ending, UpperLayer, type UpperLayerUser } from '../upper-layer/upper-layer.js';
import { openConnection } from './connection.js';
import type { PeerAddress } from './sender.types.js';

const MAX_PDU_BYTES = 131_072;
const DEFAULT_TIMEOUT_MS = 60_000;
const RELEASE_TIMEOUT_MS = 5_000;

interface Waiting<T> {
  resolve(value: T): void;
  reject(error: SluiceError): void;
}

/** Our side of an association as requestor: one request at a time. */
export class Requestor implements UpperLayerUser {
  #accepted: AssociateAccept | undefined;
  #opening: Waiting<void> | undefined;
  #response: Waiting<CommandSet> | undefined;
  #gone: SluiceError | undefined;
  #drained: (() => void) | undefined;
  /** Our own source has the word: silence is not the peer's. */
  #reading = false;
  readonly #timeoutMs: number;
  readonly #closed: Promise<void>;
  readonly #layer: UpperLayer;
  readonly #socket: Socket;
  readonly #reader: MessageReader;

  private constructor(peer: PeerAddress, contexts: readonly ProposedContext[], opening: Waiting<void>) {
    this.#timeoutMs = peer.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const { callingAE, calledAE } = peer;
    const request = {
      protocolVersion: 1,
      callingAE,
      calledAE,
      applicationContext: APPLICATION_CONTEXT,
      contexts,
      maxPduBytes: MAX_PDU_BYTES,
    };
    this.#opening = opening;
    this.#reader = new MessageReader(
      { command: (_contextId, command) => this.#answered(command), data: unexpected, dataEnd: unexpected },
      (contextId) =>
        this.#accepted?.contexts.some(({ id, result }) => id === contextId && result === 0) ?? false,
    );
    this.#socket = openConnection(peer, () => this.#layer.connected(request));
    this.#layer = new UpperLayer({
      socket: this.#socket,
      user: this,
      role: 'requestor',
      maxPduBytes: MAX_PDU_BYTES,
      artimMs: RELEASE_TIMEOUT_MS,
    });
    this.#layer.request();
    this.#socket.setTimeout(this.#timeoutMs);
    this.#socket.on('timeout', () => this.#silent());
    this.#socket.on('drain', () => this.#wake());
    this.#closed = new Promise((resolve) => this.#socket.on('close', () => resolve()));
  }

  /** Connects and negotiates. @throws SluiceError DICOM_TITLE_INVALID, DICOM_PEER_UNREACHABLE, DICOM_ASSOCIATION_REJECTED */
  static async open(peer: PeerAddress, contexts: readonly ProposedContext[]): Promise<Requestor> {
    if (!isTitle(peer.callingAE) || !isTitle(peer.calledAE)) throw new SluiceError('DICOM_TITLE_INVALID');
    let requestor: Requestor | undefined;
    await new Promise<void>((resolve, reject) => {
      requestor = new Requestor(peer, contexts, { resolve, reject });
    });
    return requestor!;
  }

  /** The peer's answer to a proposed context. */
  answerTo(contextId: number): ContextResult | undefined {
    return this.#accepted?.contexts.find(({ id }) => id === contextId);
  }

  /** Sends a command, then its data set if there is one, and waits for the response. @throws SluiceError DICOM_ASSOCIATION_LOST, and what reading the data set throws */
  async ask(contextId: number, command: Buffer, dataSet?: AsyncIterable<Uint8Array>): Promise<CommandSet> {
    if (this.#gone) throw this.#gone;
    const response = new Promise<CommandSet>((resolve, reject) => (this.#response = { resolve, reject }));
    // The peer may be gone while we still write; whoever waits below hears of it.
    response.catch(() => undefined);
    this.#layer.send([encodeCommandData(contextId, command, this.#peerMax)]);
    this.#reading = dataSet !== undefined;
    if (dataSet) await this.#sendDataSet(contextId, dataSet);
    this.#reading = false;
    return response;
  }

  /** Releases the association, or drops it when the peer does not answer. */
  async release(): Promise<void> {
    if (this.#layer.state === 6) {
      this.#socket.setTimeout(RELEASE_TIMEOUT_MS);
      this.#layer.release();
    }
    await this.#closed;
  }

  abort(): void {
    this.#layer.abort();
  }

  associateRequested(): void {
    throw new PduError(ABORT_REASON.unexpectedPdu);
  }

  associateAnswered(answer: { accepted: AssociateAccept } | { rejected: AssociateReject }): void {
    const opening = this.#opening;
    this.#opening = undefined;
    if ('accepted' in answer) {
      this.#accepted = answer.accepted;
      return opening?.resolve();
    }
    const { result, source, reason } = answer.rejected;
    opening?.reject(
      new SluiceError('DICOM_ASSOCIATION_REJECTED', {
        detail: `result ${result}, source ${source}, reason ${reason}`,
      }),
    );
  }

  fragment(fragment: Fragment): void {
    this.#reader.take(fragment);
  }

  readEnded(): void {
    return undefined;
  }

  releaseRequested(): void {
    this.#layer.release();
  }

  failed(error: unknown): void {
    this.#response?.reject(toSluiceError(error));
  }

  ended(_how: Ending): void {
    this.#gone = new SluiceError('DICOM_ASSOCIATION_LOST');
    this.#opening?.reject(new SluiceError('DICOM_PEER_UNREACHABLE'));
    this.#response?.reject(this.#gone);
    this.#wake();
  }

  get #peerMax(): number {
    return this.#accepted?.maxPduBytes ?? 0;
  }

  /** Fills PDUs to the peer's maximum; the final one is known only when the data set has ended, so a full one waits for a next byte. */
  async #sendDataSet(contextId: number, dataSet: AsyncIterable<Uint8Array>): Promise<void> {
    const room = roomFor(this.#peerMax);
    let held: Buffer[] = [];
    let heldBytes = 0;
    for await (const chunk of dataSet) {
      let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      while (heldBytes + rest.length > room) {
        held.push(rest.subarray(0, room - heldBytes));
        rest = rest.subarray(room - heldBytes);
        await this.#sendPdv(contextId, held, false);
        held = [];
        heldBytes = 0;
      }
      if (rest.length > 0) held.push(rest);
      heldBytes += rest.length;
    }
    await this.#sendPdv(contextId, held, true);
  }

  async #sendPdv(contextId: number, parts: readonly Buffer[], last: boolean): Promise<void> {
    if (this.#gone) throw this.#gone;
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    const header = encodeDataHeader(contextId, bytes, { command: false, last });
    if (this.#layer.send([header, ...parts])) return;
    await new Promise<void>((resolve) => (this.#drained = resolve));
  }

  #answered(command: CommandSet): void {
    if (command.hasDataSet) unexpected();
    const waiting = this.#response;
    this.#response = undefined;
    if (!waiting) return unexpected();
    waiting.resolve(command);
  }

  #silent(): void {
    if (this.#layer.state !== 6) return this.#layer.destroy();
    const ours = this.#drained === undefined && (this.#reading || this.#response === undefined);
    if (!ours) return this.#layer.abort();
    this.#socket.setTimeout(this.#timeoutMs);
  }

  #wake(): void {
    const drained = this.#drained;
    this.#drained = undefined;
    drained?.();
  }
}

function unexpected(): never {
  throw new PduError(ABORT_REASON.unexpectedParameter);
}
