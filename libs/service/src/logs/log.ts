import pino, { type DestinationStream } from 'pino';
import { currentTraceId } from '../traces/current.js';
import { errorFields } from './error-fields.js';
import { allowedFields, type ErrorFields, type LogFields } from './fields.js';

/** Refuses a text that the compiler does not know: a log message is a constant, what varies goes into fields. */
type Constant<M extends string> = string extends M ? never : M;

/** JSON lines on standard output; fields outside the allow-list are dropped (`logs/fields.ts`). */
export interface Log {
  debug<M extends string>(message: Constant<M>, fields?: LogFields): void;
  info<M extends string>(message: Constant<M>, fields?: LogFields): void;
  warn<M extends string>(message: Constant<M>, fields?: LogFields): void;
  /** Logs code, kind, hint and our own frames of `thrown`, and the names that a fatal one gives; never its message or cause. */
  error<M extends string>(message: Constant<M>, thrown: unknown, fields?: LogFields): void;
  /** The same lines under another room's name. */
  forRoom(room: string): Log;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** A message is lower-case words: also a guard against callers that trick the compiler. */
const PLAIN_WORDS = /^[a-z][a-z ,;:()'-]{0,119}$/;

export interface LogOptions {
  readonly room: string;
  readonly level?: LogLevel;
  readonly to?: DestinationStream;
}

/** Opens the process's log. Lines are written at once, so that none is lost when the process ends. */
export function openLog({
  room,
  level = 'info',
  to = pino.destination({ dest: 1, sync: true }),
}: LogOptions): Log {
  const sink = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    to,
  );
  const forRoom = (name: string): Log => {
    const write = (at: LogLevel, message: string, fields: ErrorFields = {}): void =>
      sink[at](
        allowedFields({ room: name, traceId: currentTraceId(), ...fields }),
        PLAIN_WORDS.test(message) ? message : 'message withheld',
      );
    return {
      debug: (message, fields) => write('debug', message, fields),
      info: (message, fields) => write('info', message, fields),
      warn: (message, fields) => write('warn', message, fields),
      error: (message, thrown, fields) => write('error', message, { ...fields, ...errorFields(thrown) }),
      forRoom,
    };
  };
  return forRoom(room);
}
