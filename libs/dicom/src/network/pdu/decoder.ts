import { ABORT_REASON, PDU_TYPE, PduError } from './pdu.types.js';

/** Longest A-ASSOCIATE PDU, bytes: 128 contexts of 1 KiB each. The standard has no limit. */
export const MAX_ASSOCIATE_BYTES = 131_072;
/** Some senders count the PDV headers wrongly: this much above the announced maximum passes. */
const PDU_TOLERANCE_BYTES = 128;
const PDU_HEADER_BYTES = 6;
const PDV_HEADER_BYTES = 6;

/** One piece of a PDV as it arrives; `pdvEnds` marks its final piece, `last` the final PDV of the command or data set (PS3.8 E.2). */
export interface Fragment {
  readonly contextId: number;
  readonly command: boolean;
  readonly last: boolean;
  readonly bytes: Buffer;
  readonly pdvEnds: boolean;
}

/** What the decoder tells, in wire order. Each may throw PduError. */
export interface DecoderSink {
  /** A PDU's header, before any byte of its body is kept. */
  header(type: number): void;
  /** A whole PDU other than P-DATA-TF. */
  pdu(type: number, body: Buffer): void;
  fragment(fragment: Fragment): void;
}

type Step = 'pduHeader' | 'pduBody' | 'pdvHeader' | 'pdvBody';

/** Reads PDUs from socket reads of any size: short PDUs are gathered (bounded), PDV data passes through as subarrays and is never kept. */
export class PduDecoder {
  #step: Step = 'pduHeader';
  /** What is gathered: a header or a short PDU, allocated as it arrives. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  #wanted = PDU_HEADER_BYTES;
  #type = 0;
  /** Bytes left in the P-DATA-TF and in the PDV. */
  #pduLeft = 0;
  #pdvLeft = 0;
  #contextId = 0;
  #flags = 0;
  readonly #sink: DecoderSink;
  readonly #maxPduBytes: number;

  constructor(sink: DecoderSink, maxPduBytes: number) {
    this.#sink = sink;
    this.#maxPduBytes = maxPduBytes;
  }

  /** True between two PDUs. */
  get atBoundary(): boolean {
    return this.#step === 'pduHeader' && this.#heldBytes === 0;
  }

  /** Takes one socket read. @throws PduError */
  feed(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      at = this.#step === 'pdvBody' ? this.#passPdv(chunk, at) : this.#gather(chunk, at);
    }
  }

  #passPdv(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#pdvLeft);
    this.#pdvLeft -= end - at;
    this.#emit(chunk.subarray(at, end));
    return end;
  }

  #emit(bytes: Buffer): void {
    const pdvEnds = this.#pdvLeft === 0;
    const fragment = {
      contextId: this.#contextId,
      command: (this.#flags & 1) === 1,
      last: (this.#flags & 2) === 2,
      bytes,
      pdvEnds,
    };
    if (pdvEnds) this.#expect(this.#pduLeft === 0 ? 'pduHeader' : 'pdvHeader', PDU_HEADER_BYTES);
    this.#sink.fragment(fragment);
  }

  #expect(step: Step, bytes: number): void {
    this.#step = step;
    this.#wanted = bytes;
  }

  #gather(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#wanted - this.#heldBytes);
    const whole = this.#heldBytes === 0 && end - at === this.#wanted;
    if (!whole) {
      // A copy, so that a peer sending byte by byte does not make us hold a read buffer for each byte.
      this.#held.push(Buffer.from(chunk.subarray(at, end)));
      this.#heldBytes += end - at;
      if (this.#heldBytes > 64 && this.#held.length > 64) this.#held = [Buffer.concat(this.#held)];
      if (this.#heldBytes < this.#wanted) return end;
    }
    const bytes = whole ? chunk.subarray(at, end) : Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    this.#take(bytes);
    return end;
  }

  #take(bytes: Buffer): void {
    if (this.#step === 'pduHeader') return this.#takePduHeader(bytes);
    if (this.#step === 'pdvHeader') return this.#takePdvHeader(bytes);
    this.#expect('pduHeader', PDU_HEADER_BYTES);
    this.#sink.pdu(this.#type, bytes);
  }

  #takePduHeader(bytes: Buffer): void {
    this.#type = bytes.readUInt8(0);
    const length = bytes.readUInt32BE(2);
    this.#checkLength(length);
    this.#sink.header(this.#type);
    if (this.#type !== PDU_TYPE.data) return this.#expect('pduBody', length);
    this.#pduLeft = length;
    this.#expect('pdvHeader', PDV_HEADER_BYTES);
  }

  #checkLength(length: number): void {
    if (this.#type < 1 || this.#type > 7) throw new PduError(ABORT_REASON.unrecognizedPdu);
    if (this.#type === PDU_TYPE.data)
      return check(length >= PDV_HEADER_BYTES && length <= this.#maxPduBytes + PDU_TOLERANCE_BYTES);
    if (this.#type > 2) return check(length === 4);
    check(length >= 68 && length <= MAX_ASSOCIATE_BYTES);
  }

  #takePdvHeader(bytes: Buffer): void {
    const length = bytes.readUInt32BE(0);
    // The item length counts the context id and the control header (PS3.8 9.3.5.1).
    check(length >= 2 && length + 4 <= this.#pduLeft);
    this.#pduLeft -= length + 4;
    check(this.#pduLeft === 0 || this.#pduLeft >= PDV_HEADER_BYTES);
    this.#contextId = bytes.readUInt8(4);
    this.#flags = bytes.readUInt8(5);
    this.#pdvLeft = length - 2;
    if (this.#pdvLeft === 0) return this.#emit(bytes.subarray(PDV_HEADER_BYTES));
    this.#step = 'pdvBody';
  }
}

function check(valid: boolean): void {
  if (!valid) throw new PduError(ABORT_REASON.invalidParameter);
}
