import { SluiceError } from '@sluice/contracts';

/** One part of a multipart/related body (RFC 2387). What is left of `body` unread is dropped when the next part is asked for. */
export interface Part {
  readonly contentType: string;
  readonly body: AsyncIterable<Buffer>;
}

const CRLF = Buffer.from('\r\n');
const END_OF_HEADERS = Buffer.from('\r\n\r\n');
const CLOSE = Buffer.from('--');
const MAX_PREAMBLE_BYTES = 65_536;
const MAX_HEADER_BYTES = 8_192;
/** RFC 2046 5.1.1: the characters of a boundary. */
const BOUNDARY = /^[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]$/;

/**
 * Splits a body into its parts as it streams: nothing is read before it is asked for, and no more than one piece is held.
 * @throws SluiceError INTAKE_BODY_MALFORMED when the body is no multipart or ends before its closing delimiter; a part whose end is
 * missing throws it too, so that half an object is never taken for a whole one
 */
export async function* multipartParts(body: AsyncIterable<Buffer>, boundary: string): AsyncGenerator<Part> {
  if (!BOUNDARY.test(boundary)) throw malformed('boundary');
  const reader = new PieceReader(body);
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  let preambleBytes = 0;
  for await (const piece of reader.piecesUntil(delimiter)) {
    preambleBytes += piece.length;
    if (preambleBytes > MAX_PREAMBLE_BYTES) throw malformed('preamble');
  }
  while (!(await reader.startsWith(CLOSE))) {
    const contentType = contentTypeOf(await reader.take(END_OF_HEADERS, MAX_HEADER_BYTES));
    const pieces = reader.piecesUntil(delimiter);
    yield { contentType, body: { [Symbol.asyncIterator]: () => ({ next: () => pieces.next() }) } };
    while (!(await pieces.next()).done);
  }
}

/** The boundary and root type of a multipart/related content type; undefined when it is another type. */
export function multipartType(contentType: string): { boundary: string; type: string } | undefined {
  if (essenceOf(contentType) !== 'multipart/related') return undefined;
  const parameters = new Map<string, string>();
  for (const [, name = '', quoted, plain = ''] of contentType.matchAll(PARAMETER))
    parameters.set(name.toLowerCase(), quoted ?? plain);
  return {
    boundary: parameters.get('boundary') ?? '',
    type: (parameters.get('type') ?? 'application/dicom').toLowerCase(),
  };
}

const PARAMETER = /;\s*([\w-]{1,64})\s*=\s*(?:"([^"]{0,256})"|([^\s;"]{1,256}))/g;

/** A media type without its parameters, lower case. */
export function essenceOf(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

/** `block` begins behind the delimiter: transport padding, then header lines. */
function contentTypeOf(block: Buffer): string {
  const [padding = '', ...lines] = block.toString('latin1').split('\r\n');
  if (padding.trim() !== '') throw malformed('delimiter');
  const line = lines.find((each) => /^content-type\s*:/i.test(each));
  return line === undefined ? 'application/dicom' : essenceOf(line.slice(line.indexOf(':') + 1));
}

/** Reads a stream up to given marks. */
class PieceReader {
  readonly #source: AsyncIterator<Buffer>;
  /** The first delimiter may stand at the very start, without the line break before it. */
  #held: Buffer = CRLF;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Everything before the mark, as it comes; the mark itself is passed. */
  async *piecesUntil(mark: Buffer): AsyncGenerator<Buffer, void> {
    for (;;) {
      const at = this.#held.indexOf(mark);
      const sure = at >= 0 ? at : this.#held.length - mark.length + 1;
      const piece = this.#held.subarray(0, Math.max(0, sure));
      this.#held = this.#held.subarray(piece.length);
      if (piece.length > 0) yield piece;
      if (at >= 0) {
        this.#held = this.#held.subarray(mark.length);
        return;
      }
      await this.#more();
    }
  }

  /** The same in one piece, at most `maxBytes` long. */
  async take(mark: Buffer, maxBytes: number): Promise<Buffer> {
    for (;;) {
      const at = this.#held.indexOf(mark);
      if (at > maxBytes || (at < 0 && this.#held.length > maxBytes + mark.length))
        throw malformed('part headers');
      if (at >= 0) {
        const taken = this.#held.subarray(0, at);
        this.#held = this.#held.subarray(at + mark.length);
        return taken;
      }
      await this.#more();
    }
  }

  async startsWith(mark: Buffer): Promise<boolean> {
    while (this.#held.length < mark.length) await this.#more();
    return this.#held.subarray(0, mark.length).equals(mark);
  }

  async #more(): Promise<void> {
    const next = await this.#source.next();
    if (next.done) throw malformed('the body ends before its closing delimiter');
    this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value]);
  }
}

function malformed(detail: string): SluiceError {
  return new SluiceError('INTAKE_BODY_MALFORMED', { detail });
}
