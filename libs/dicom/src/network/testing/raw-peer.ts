import { connect, type Socket } from 'node:net';
import { encodeEchoRequest, encodeStoreRequest } from '../dimse/command-set.js';
import {
  APPLICATION_CONTEXT,
  encodeAssociateRequest,
  encodeCommandData,
  encodeDataHeader,
} from '../pdu/encoder.js';
import type { AssociateRequest } from '../pdu/pdu.types.js';
import { VERIFICATION } from '../provider/negotiation.js';
import { CT_IMAGE, EXPLICIT_LITTLE_ENDIAN } from './made-image.js';

/** Presentation contexts of `REQUEST`. */
export const CT_CONTEXT = 1;
export const ECHO_CONTEXT = 3;

/** An ordinary A-ASSOCIATE-RQ for CT storage and Verification. */
export const REQUEST: AssociateRequest = {
  protocolVersion: 1,
  calledAE: 'SLUICE',
  callingAE: 'RAW',
  applicationContext: APPLICATION_CONTEXT,
  contexts: [
    { id: CT_CONTEXT, abstractSyntax: CT_IMAGE, transferSyntaxes: [EXPLICIT_LITTLE_ENDIAN] },
    { id: ECHO_CONTEXT, abstractSyntax: VERIFICATION, transferSyntaxes: ['1.2.840.10008.1.2'] },
  ],
  maxPduBytes: 16_384,
};

/** A C-STORE-RQ command on the CT context. */
export function storeCommand(sopInstanceUID = '2.25.9', sopClassUID = CT_IMAGE): Buffer {
  return encodeCommandData(CT_CONTEXT, encodeStoreRequest(1, sopClassUID, sopInstanceUID), 0);
}

/** A C-ECHO-RQ on the Verification context. */
export function echoCommand(): Buffer {
  return encodeCommandData(ECHO_CONTEXT, encodeEchoRequest(7, VERIFICATION), 0);
}

/** One P-DATA-TF with one PDV of a data set. */
export function dataPdu(bytes: Buffer, last: boolean, contextId = CT_CONTEXT): Buffer {
  return Buffer.concat([encodeDataHeader(contextId, bytes.length, { command: false, last }), bytes]);
}

/** A peer that sends what it is told and reads whole PDUs. */
export class RawPeer {
  readonly #socket: Socket;
  #bytes = Buffer.alloc(0);
  #changed: (() => void) | undefined;
  closed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#got(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.closed = true;
      this.#changed?.();
    });
  }

  /** Connects; a refused connection is a peer that is closed. */
  static async connect(port: number): Promise<RawPeer> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    const peer = new RawPeer(socket);
    await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
    return peer;
  }

  /** Connects and has its association accepted. */
  static async associate(port: number, request = REQUEST): Promise<RawPeer> {
    const peer = await RawPeer.connect(port);
    peer.send(encodeAssociateRequest(request));
    const answer = await peer.next();
    if (answer?.[0] !== 2) throw new Error('the association was not accepted');
    return peer;
  }

  get socket(): Socket {
    return this.#socket;
  }

  send(bytes: Buffer | string): boolean {
    return this.#socket.write(bytes);
  }

  /** The next whole PDU, or undefined when the connection closes before it. */
  async next(): Promise<Buffer | undefined> {
    for (;;) {
      const length = this.#bytes.length >= 6 ? 6 + this.#bytes.readUInt32BE(2) : Infinity;
      if (this.#bytes.length >= length) {
        const pdu = this.#bytes.subarray(0, length);
        this.#bytes = this.#bytes.subarray(length);
        return pdu;
      }
      if (this.closed) return undefined;
      await this.#change();
    }
  }

  /** Resolves when the other side has closed. */
  async gone(): Promise<void> {
    while (!this.closed) await this.#change();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #got(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    this.#changed?.();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => (this.#changed = resolve));
  }
}

/** Status (0000,0900) of the response in a P-DATA-TF. */
export function statusOf(pdu: Buffer | undefined): number | undefined {
  const at = pdu?.indexOf(Buffer.from([0, 0, 0, 9, 2, 0, 0, 0])) ?? -1;
  return pdu && at >= 0 ? pdu.readUInt16LE(at + 8) : undefined;
}
