import { isSluiceError, SluiceError, type ErrorCode } from '@sluice/contracts';

type DatabaseCode = Extract<ErrorCode, `DATABASE_${string}`>;

/** SQLSTATE by class or whole code (PostgreSQL manual, Appendix A); the longest match wins. */
const BY_SQLSTATE: Readonly<Record<string, DatabaseCode>> = {
  '08': 'DATABASE_UNAVAILABLE',
  '40': 'DATABASE_UNAVAILABLE',
  '53': 'DATABASE_UNAVAILABLE',
  '57': 'DATABASE_UNAVAILABLE',
  '58': 'DATABASE_UNAVAILABLE',
  '25006': 'DATABASE_UNAVAILABLE',
  '3D000': 'DATABASE_UNAVAILABLE',
  '55P03': 'DATABASE_UNAVAILABLE',
  '28': 'DATABASE_REFUSED',
  '42501': 'DATABASE_REFUSED',
  '53100': 'DATABASE_OUT_OF_SPACE',
  XX001: 'DATABASE_DAMAGED',
  XX002: 'DATABASE_DAMAGED',
};

/** Primary result codes of SQLite (sqlite.org/rescode.html): BUSY, LOCKED, READONLY, IOERR, CANTOPEN, PROTOCOL. */
const BY_SQLITE: Readonly<Record<number, DatabaseCode>> = {
  3: 'DATABASE_REFUSED',
  5: 'DATABASE_UNAVAILABLE',
  6: 'DATABASE_UNAVAILABLE',
  8: 'DATABASE_REFUSED',
  10: 'DATABASE_UNAVAILABLE',
  11: 'DATABASE_DAMAGED',
  13: 'DATABASE_OUT_OF_SPACE',
  14: 'DATABASE_UNAVAILABLE',
  15: 'DATABASE_UNAVAILABLE',
  26: 'DATABASE_DAMAGED',
};

/**
 * A driver's error as a SluiceError when the database is to blame; what the statement is to blame for (a constraint, a typing
 * error) comes back as it is. A lost race (deadlock, serialization) counts as transient: the caller may simply try again.
 */
export function databaseErrors(cause: unknown): unknown {
  if (isSluiceError(cause)) return cause;
  const code = sqliteCode(cause) ?? postgresCode(cause);
  return code ? new SluiceError(code, { cause }) : cause;
}

/** True when the connection itself can no longer be trusted and must not go back to its pool. */
export function losesConnection(cause: unknown): boolean {
  const state = sqlState(cause);
  if (!state) return !isProgrammingError(cause);
  return /^(08|57P|58)/.test(state) || state === '25006';
}

function sqliteCode(cause: unknown): DatabaseCode | undefined {
  const { code, errcode } = cause as { code?: unknown; errcode?: unknown };
  if (code !== 'ERR_SQLITE_ERROR' || typeof errcode !== 'number') return undefined;
  return BY_SQLITE[errcode & 0xff];
}

function postgresCode(cause: unknown): DatabaseCode | undefined {
  if ((cause as { code?: unknown }).code === 'ERR_SQLITE_ERROR') return undefined;
  const state = sqlState(cause);
  if (state) return BY_SQLSTATE[state] ?? BY_SQLSTATE[state.slice(0, 2)];
  return isProgrammingError(cause) ? undefined : 'DATABASE_UNAVAILABLE';
}

function sqlState(cause: unknown): string | undefined {
  const { code } = cause as { code?: unknown };
  // Five characters alone are not enough: EPIPE has five too; no SQLSTATE class begins with E.
  return typeof code === 'string' && /^[0-9A-DF-Z][0-9A-Z]{4}$/.test(code) ? code : undefined;
}

function isProgrammingError(cause: unknown): boolean {
  if (cause instanceof TypeError || cause instanceof RangeError || cause instanceof SyntaxError) return true;
  return String((cause as { code?: unknown })?.code).startsWith('ERR_');
}
