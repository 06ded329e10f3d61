import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { multipartParts, multipartType } from './multipart.js';

const BOUNDARY = 'a-boundary';

/** A body of these parts; each part is its header block and its bytes. */
function bodyOf(
  parts: readonly (readonly [headers: string, bytes: Buffer])[],
  end = `\r\n--${BOUNDARY}--`,
): Buffer {
  const pieces = parts.flatMap(([headers, bytes], at) => [
    Buffer.from(`${at === 0 ? '' : '\r\n'}--${BOUNDARY}\r\n${headers === '' ? '' : `${headers}\r\n`}\r\n`),
    bytes,
  ]);
  return Buffer.concat([...pieces, Buffer.from(end)]);
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function read(body: Buffer, size = 65_536): Promise<{ contentType: string; bytes: Buffer }[]> {
  const parts: { contentType: string; bytes: Buffer }[] = [];
  for await (const part of multipartParts(inPieces(body, size), BOUNDARY)) {
    const chunks: Buffer[] = [];
    for await (const chunk of part.body) chunks.push(chunk);
    parts.push({ contentType: part.contentType, bytes: Buffer.concat(chunks) });
  }
  return parts;
}

const DICOM = 'Content-Type: application/dicom';
/** Full of what looks like the beginning of a delimiter. */
const TRICKY = Buffer.concat([
  Buffer.from('\r\n--a-boundar\r\n--\r\n\r\n--a-bound'),
  Buffer.from([0, 255, 13, 10, 45, 45]),
]);
const MALFORMED = { code: 'INTAKE_BODY_MALFORMED' };

describe('multipartParts', () => {
  it.each([1, 2, 3, 7, 13, 64, 65_536])(
    'gives the same parts whatever the chunks (%d bytes each)',
    async (size) => {
      const parts = await read(
        bodyOf([
          [DICOM, TRICKY],
          ['content-type:TEXT/plain;x=1', Buffer.from('x')],
          ['', TRICKY],
        ]),
        size,
      );
      expect(parts).toEqual([
        { contentType: 'application/dicom', bytes: TRICKY },
        { contentType: 'text/plain', bytes: Buffer.from('x') },
        { contentType: 'application/dicom', bytes: TRICKY },
      ]);
    },
  );

  it('gives any parts back through any chunks', async () => {
    const bytes = fc.array(fc.constantFrom(10, 13, 45, 97, 0), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(bytes, { maxLength: 5, minLength: 1 }),
        fc.integer({ min: 1, max: 40 }),
        async (parts, size) => {
          const bodies = parts.map((part) => Buffer.from(part));
          const found = await read(bodyOf(bodies.map((body) => [DICOM, body] as const)), size);
          expect(found.map((part) => part.bytes)).toEqual(bodies);
        },
      ),
    );
  });

  it('takes a preamble, padding behind the delimiter, an empty part and an epilogue', async () => {
    const body = Buffer.concat([
      Buffer.from(
        `hello\r\n--${BOUNDARY} \t\r\n${DICOM}\r\n\r\n\r\n--${BOUNDARY}\r\nX: y\r\n\r\nz\r\n--${BOUNDARY}--bye`,
      ),
    ]);
    expect((await read(body, 5)).map(({ bytes }) => bytes.toString())).toEqual(['', 'z']);
  });

  it('goes on behind a part that nobody read', async () => {
    const seen: string[] = [];
    const body = inPieces(
      bodyOf([
        [DICOM, TRICKY],
        ['Content-Type: a/b', TRICKY],
      ]),
      9,
    );
    for await (const part of multipartParts(body, BOUNDARY)) seen.push(part.contentType);
    expect(seen).toEqual(['application/dicom', 'a/b']);
  });

  it.each([
    ['a body that stops inside a part', bodyOf([[DICOM, TRICKY]], '')],
    ['a body without its closing delimiter', bodyOf([[DICOM, TRICKY]], `\r\n--${BOUNDARY}`)],
    ['another boundary', Buffer.from('--other\r\n\r\nx\r\n--other--')],
    ['an endless preamble', Buffer.alloc(100_000, 'x')],
    ['endless headers', bodyOf([[`X: ${'y'.repeat(20_000)}`, TRICKY]])],
    [
      'a longer word that begins with the boundary',
      Buffer.from(`--${BOUNDARY}XY\r\n\r\nx\r\n--${BOUNDARY}--`),
    ],
    ['nothing', Buffer.alloc(0)],
  ])('refuses %s', async (_what, body) => {
    await expect(read(body, 1_000)).rejects.toMatchObject(MALFORMED);
  });

  it('never lets half a part end well', async () => {
    const whole = bodyOf([[DICOM, Buffer.alloc(500, 1)]]);
    const cut = inPieces(whole.subarray(0, 300), 50);
    const part = (await multipartParts(cut, BOUNDARY).next()).value as { body: AsyncIterable<Buffer> };
    const readAll = async () => {
      for await (const chunk of part.body) void chunk;
    };
    await expect(readAll()).rejects.toMatchObject(MALFORMED);
  });

  it('reads nothing before it is asked, and holds no more than a piece', async () => {
    let given = 0;
    const body = bodyOf([[DICOM, Buffer.alloc(10_000_000, 1)]]);
    async function* counted(): AsyncGenerator<Buffer> {
      for await (const piece of inPieces(body, 65_536)) {
        given += piece.length;
        yield piece;
      }
    }
    const { value } = await multipartParts(counted(), BOUNDARY).next();
    expect(given).toBe(65_536);
    const iterator = (value as { body: AsyncIterable<Buffer> }).body[Symbol.asyncIterator]();
    let taken = 0;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      taken += next.value.length;
      expect(given - taken).toBeLessThan(140_000);
    }
    expect(taken).toBe(10_000_000);
  });

  it.each(['', 'ends with space ', 'ümlaut', 'x'.repeat(71)])(
    'refuses the boundary "%s"',
    async (boundary) => {
      await expect(multipartParts(inPieces(Buffer.alloc(9), 9), boundary).next()).rejects.toMatchObject(
        MALFORMED,
      );
    },
  );
});

describe('multipartType', () => {
  it.each([
    [
      'multipart/related; type="application/dicom"; boundary=abc',
      { boundary: 'abc', type: 'application/dicom' },
    ],
    [
      'Multipart/Related;boundary="a;b=c";TYPE=application/dicom',
      { boundary: 'a;b=c', type: 'application/dicom' },
    ],
    [
      'multipart/related; type="application/dicom+json"; boundary=x',
      { boundary: 'x', type: 'application/dicom+json' },
    ],
    ['multipart/related', { boundary: '', type: 'application/dicom' }],
    ['application/dicom', undefined],
  ])('reads %s', (text, expected) => {
    expect(multipartType(text)).toEqual(expected);
  });
});
