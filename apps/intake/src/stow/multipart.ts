import type { Readable } from 'node:stream';
import { Dicer } from '@fastify/busboy';
import { SluiceError } from '@sluice/contracts';

/** One part of a multipart/related body (RFC 2387); `body` must be read to the end, or destroyed, before the next is asked for. */
export interface Part {
  readonly contentType: string;
  readonly body: Readable;
}

const MAX_HEADER_PAIRS = 32;
const MAX_BOUNDARY = 70; // RFC 2046 5.1.1

/**
 * Splits a request body into its parts as it streams; back-pressure reaches the socket.
 * @throws SluiceError INTAKE_BODY_MALFORMED when the body is cut or is no multipart
 */
export async function* multipartParts(request: Readable, boundary: string): AsyncGenerator<Part> {
  if (boundary.length === 0 || boundary.length > MAX_BOUNDARY) throw malformed('boundary');
  const dicer = new Dicer({ boundary, maxHeaderPairs: MAX_HEADER_PAIRS });
  const waiting: Part[] = [];
  let ended: true | unknown;
  let wake = () => {};
  const end = (reason: true | unknown) => {
    ended ??= reason;
    wake();
  };
  dicer.on('part', (body) => {
    body.on('error', end);
    body.on('header', (headers) => {
      waiting.push({ contentType: contentTypeOf(headers), body: body as unknown as Readable });
      wake();
    });
  });
  dicer.on('finish', () => end(true));
  dicer.on('error', end);
  request.on('error', end);
  request.on('close', () => request.readableEnded || end(malformed('cut')));
  request.pipe(dicer);
  for (;;) {
    const part = waiting.shift();
    if (part) yield part;
    else if (ended === true) return;
    else if (ended !== undefined) throw malformed('multipart body', ended);
    else await new Promise<void>((resolve) => (wake = resolve));
  }
}

/** The boundary and root type of a multipart/related content type; undefined when it is another type. */
export function multipartType(contentType: string): { boundary: string; type: string } | undefined {
  const [essence = '', ...parameters] = contentType.split(';').map((part) => part.trim());
  if (essence.toLowerCase() !== 'multipart/related') return undefined;
  const values = new Map(
    parameters.map((parameter) => {
      const [name = '', value = ''] = parameter.split(/=(.*)/s);
      return [name.toLowerCase(), value.replace(/^"(.*)"$/, '$1')] as const;
    }),
  );
  return {
    boundary: values.get('boundary') ?? '',
    type: (values.get('type') ?? 'application/dicom').toLowerCase(),
  };
}

function contentTypeOf(headers: object): string {
  const value = (headers as Record<string, readonly string[] | undefined>)['content-type'];
  return (value?.[0] ?? 'application/dicom').split(';')[0]!.trim().toLowerCase();
}

function malformed(detail: string, cause?: unknown): SluiceError {
  return new SluiceError('INTAKE_BODY_MALFORMED', { detail, cause });
}
