import type { LoggerService } from '@nestjs/common';
import type { Log } from '../logs/log.js';

/**
 * Nest's own lines through our log. Their texts are withheld (Nest quotes what it was given); what remains is the
 * component that spoke and, of an error, what `errorFields` allows.
 */
export function nestLog(log: Log): LoggerService {
  const component = (params: readonly unknown[]): { component?: string } => {
    const last = params.at(-1);
    return typeof last === 'string' ? { component: last } : {};
  };
  return {
    log: (_message: unknown, ...params: unknown[]) => log.debug('nest', component(params)),
    debug: (_message: unknown, ...params: unknown[]) => log.debug('nest', component(params)),
    verbose: (_message: unknown, ...params: unknown[]) => log.debug('nest', component(params)),
    warn: (_message: unknown, ...params: unknown[]) => log.warn('nest warns', component(params)),
    error: (message: unknown, ...params: unknown[]) =>
      log.error('nest failed', errorIn([message, ...params]), component(params)),
    fatal: (message: unknown, ...params: unknown[]) =>
      log.error('nest failed', errorIn([message, ...params]), component(params)),
  };
}

const errorIn = (values: readonly unknown[]): unknown => values.find((value) => value instanceof Error);
