import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject } from '@nestjs/common';
import { type ErrorKind, ERRORS, toSluiceError } from '@sluice/contracts';
import type { ServerResponse } from 'node:http';
import type { Host } from '../host.js';
import { HOST } from './host-token.js';

/** The HTTP answer of a kind, where the code has none of its own. */
const STATUS: Readonly<Record<ErrorKind, number>> = {
  transient: 503,
  permanent: 400,
  fatal: 500,
  unexpected: 500,
};
const RETRY_AFTER_SECONDS = '10';

/** The HTTP edge: a thrown value becomes a status and a code; its text stays here. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(@Inject(HOST) private readonly host: Host) {}

  catch(thrown: unknown, context: ArgumentsHost): void {
    const response = context.switchToHttp().getResponse<ServerResponse>();
    if (response.headersSent) return void response.destroy();
    const { status, body } = thrown instanceof HttpException ? answerOf(thrown) : this.answer(thrown);
    if (status === 503) response.setHeader('retry-after', RETRY_AFTER_SECONDS);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  private answer(thrown: unknown): { status: number; body: object } {
    const { code, kind } = toSluiceError(thrown);
    if (kind === 'fatal') this.host.fatal(thrown);
    if (kind !== 'permanent') this.host.log.error('request failed', thrown);
    return { status: ERRORS[code].http ?? STATUS[kind], body: { code } };
  }
}

/** Nest's own texts quote the request: only a body that the thrower built passes. */
function answerOf(exception: HttpException): { status: number; body: object } {
  const status = exception.getStatus();
  const body = exception.getResponse();
  return { status, body: typeof body === 'object' && !('message' in body) ? body : { status } };
}
