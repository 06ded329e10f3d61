import { Controller, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ERRORS, SluiceError, toSluiceError, Uid } from '@sluice/contracts';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BatchClosing } from '../batches/batch-closing.js';
import { openBatch } from '../batches/batches.js';
import type { Peer } from '../peers.js';
import type { IntakeDoors } from '../receive-instance.js';
import type { Refusals } from '../admission/refusals.js';
import { authenticate } from './authenticate.js';
import { essenceOf, multipartParts, multipartType, type Part } from './multipart.js';
import { requestBody, type BodyLimits } from './request-body.js';
import { storeResponse } from './response.js';
import { storeInstances } from './store-instances.js';

/** What the controller takes; given by the module. */
export interface StowOptions {
  readonly doors: IntakeDoors;
  readonly peers: readonly Peer[];
  readonly refusals: Refusals;
  readonly closing: BatchClosing;
  readonly bodyLimits: BodyLimits;
  /** A fatal error ends the process. */
  fatal(error: SluiceError): void;
}
export const STOW_OPTIONS = Symbol('stow options');

const RETRY_AFTER_SECONDS = '30';
/** How long the rest of a refused body is dropped, so that its sender reads the answer. */
const LINGER_MS = 5_000;

/** Store transaction of the Studies service (PS3.18 10.5), single part and multipart, for peers with a token or a certificate. */
@Controller('dicomweb/studies')
export class StowController {
  constructor(@Inject(STOW_OPTIONS) private readonly options: StowOptions) {}

  @Post()
  store(@Req() request: IncomingMessage, @Res() response: ServerResponse): Promise<void> {
    return this.answer(request, response);
  }

  @Post(':study')
  storeInStudy(
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
    @Param('study') study: string,
  ): Promise<void> {
    return this.answer(request, response, study);
  }

  private async answer(request: IncomingMessage, response: ServerResponse, study?: string): Promise<void> {
    let peer: Peer | undefined;
    try {
      peer = authenticate(this.options.peers, request);
      if (study !== undefined && !Uid.safeParse(study).success)
        throw new SluiceError('INTAKE_STUDY_INVALID', { detail: 'study in the path' });
      send(response, await this.take(request, peer, study));
    } catch (thrown) {
      const error = toSluiceError(thrown);
      this.refuse(peer, error);
      send(response, { status: httpStatus(error), body: { code: error.code } });
      if (error.kind === 'fatal') this.options.fatal(error);
    }
    if (!request.complete) dropRest(request);
  }

  private async take(request: IncomingMessage, peer: Peer, studyInstanceUID?: string) {
    const { doors, closing, bodyLimits } = this.options;
    const batch = openBatch(peer);
    const parts = partsOf(request, bodyLimits);
    await doors.watermark.check();
    try {
      const outcomes = await storeInstances(doors, { batch, closing, parts, studyInstanceUID });
      for (const { error } of outcomes) if (error) this.refuse(peer, error);
      return storeResponse(outcomes);
    } finally {
      closing.close(batch);
    }
  }

  private refuse(peer: Peer | undefined, { code }: SluiceError): void {
    const { tenant, name } = peer ?? { tenant: '-', name: 'unknown' };
    this.options.refusals.note({ tenant, peer: name, door: 'stow', code });
  }
}

/** @throws SluiceError INTAKE_MEDIA_TYPE_REFUSED */
function partsOf(request: IncomingMessage, limits: BodyLimits): AsyncIterable<Part> {
  const contentType = request.headers['content-type'] ?? '';
  const multipart = multipartType(contentType);
  if (multipart?.type === 'application/dicom')
    return multipartParts(requestBody(request, limits), multipart.boundary);
  if (essenceOf(contentType) !== 'application/dicom') throw new SluiceError('INTAKE_MEDIA_TYPE_REFUSED');
  return singlePart(requestBody(request, limits));
}

async function* singlePart(body: AsyncIterable<Buffer>): AsyncGenerator<Part> {
  yield await Promise.resolve({ contentType: 'application/dicom', body });
}

function httpStatus(error: SluiceError): number {
  const byKind = { transient: 503, permanent: 400, fatal: 500, unexpected: 500 };
  return ERRORS[error.code].http ?? byKind[error.kind];
}

function send(response: ServerResponse, { status, body }: { status: number; body: object }): void {
  if (response.headersSent || response.destroyed) return;
  const retry = status === 503 ? { 'retry-after': RETRY_AFTER_SECONDS } : {};
  const challenge = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  response
    .writeHead(status, { 'content-type': 'application/dicom+json', ...retry, ...challenge })
    .end(JSON.stringify(body));
}

function dropRest(request: IncomingMessage): void {
  const timer = setTimeout(() => request.socket.destroy(), LINGER_MS);
  request.once('end', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
  request.on('error', () => undefined).resume();
}
