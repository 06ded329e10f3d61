import { Controller, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ERRORS, SluiceError, toSluiceError, Uid } from '@sluice/contracts';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { closeBatch, openBatch } from '../batches.js';
import { peerOfRequest, type Peer } from '../peers.js';
import type { IntakeDoors } from '../receive-instance.js';
import type { Refusals } from '../refusals.js';
import { multipartParts, multipartType, type Part } from './multipart.js';
import { storeResponse } from './response.js';
import { storeInstances } from './store-instances.js';

/** What the controller takes; given by the module. */
export interface StowOptions {
  readonly doors: IntakeDoors;
  readonly peers: readonly Peer[];
  readonly refusals: Refusals;
}
export const STOW_OPTIONS = Symbol('stow options');

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
      peer = this.authenticate(request);
      if (study !== undefined && !Uid.safeParse(study).success)
        throw new SluiceError('INTAKE_IDENTIFIERS_MISSING', { detail: 'study in the path' });
      send(response, await this.take(request, peer, study));
    } catch (thrown) {
      const error = toSluiceError(thrown);
      this.refuse(peer, error);
      send(response, { status: httpStatus(error), body: { code: error.code } });
      request.resume();
    }
  }

  private authenticate(request: IncomingMessage): Peer {
    const token = /^Bearer ([\x21-\x7e]{1,512})$/.exec(request.headers.authorization ?? '')?.[1];
    const socket = request.socket as TLSSocket;
    const certificate = socket.encrypted && socket.authorized ? socket.getPeerCertificate() : undefined;
    const peer = peerOfRequest(this.options.peers, {
      token,
      fingerprint: certificate?.fingerprint256,
      remoteAddress: socket.remoteAddress ?? '',
    });
    if (peer) return peer;
    throw new SluiceError(
      token === undefined && !certificate ? 'INTAKE_CREDENTIALS_MISSING' : 'INTAKE_PEER_REFUSED',
    );
  }

  private async take(request: IncomingMessage, peer: Peer, studyInstanceUID?: string) {
    const batch = openBatch(peer);
    const { doors } = this.options;
    try {
      const outcomes = await storeInstances(doors, {
        batch,
        parts: partsOf(request),
        ...(studyInstanceUID && { studyInstanceUID }),
      });
      for (const { error } of outcomes) if (error) this.refuse(peer, error);
      return storeResponse(outcomes);
    } finally {
      await doors.publish(await closeBatch(doors, batch));
    }
  }

  private refuse(peer: Peer | undefined, error: SluiceError): void {
    this.options.refusals.note({
      tenant: peer?.tenant ?? '-',
      peer: peer?.name ?? 'unknown',
      door: 'stow',
      code: error.code,
    });
  }
}

function partsOf(request: IncomingMessage): AsyncIterable<Part> {
  const contentType = request.headers['content-type'] ?? '';
  const multipart = multipartType(contentType);
  if (multipart?.type === 'application/dicom') return multipartParts(request, multipart.boundary);
  if (contentType.split(';')[0]!.trim().toLowerCase() !== 'application/dicom')
    throw new SluiceError('INTAKE_MEDIA_TYPE_REFUSED');
  return singlePart(request);
}

async function* singlePart(body: IncomingMessage): AsyncGenerator<Part> {
  yield await Promise.resolve({ contentType: 'application/dicom', body });
}

function httpStatus(error: SluiceError): number {
  const byKind = { transient: 503, permanent: 400, fatal: 500, unexpected: 500 };
  return ERRORS[error.code].http ?? byKind[error.kind];
}

function send(response: ServerResponse, { status, body }: { status: number; body: object }): void {
  if (response.headersSent || response.destroyed) return;
  const retry = status === 503 ? { 'retry-after': '30' } : {};
  const challenge = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  response
    .writeHead(status, { 'content-type': 'application/dicom+json', ...retry, ...challenge })
    .end(JSON.stringify(body));
}
