import type { ErrorEntry, ErrorKind } from './entry.js';

/** What each kind means to the consume loop, the DIMSE edge and the HTTP edge (ARCHITECTURE.md, Errors). */
const KINDS: Readonly<Record<ErrorKind, string>> = {
  transient: 'A dependency is ill. Work pauses and is tried again; nothing is lost.',
  permanent: 'This will never pass. The record goes to the dead letters, or the sender is told.',
  fatal: 'This process must not go on: it ends with exit code 1.',
  unexpected: 'A bug. Three tries, then the dead letters.',
};

const HEAD = `# Error codes

Generated from the catalogue in \`libs/contracts/src/errors\`; do not edit. After a change there:
\`UPDATE_DOCS=1 npx vitest run libs/contracts/src/errors\`.

A code stands in logs, dead letters, quarantine, metrics and answers to senders; a person's data never does.
`;

/** The page docs/errors.md: every code with its kind, its answer to a sender, and what an operator should do. */
export function errorsPage(errors: Readonly<Record<string, ErrorEntry>>): string {
  const kinds = Object.entries(KINDS).map(([kind, meaning]) => `| ${kind} | ${meaning} |`);
  const rooms = [...new Set(Object.keys(errors).map(roomOf))].sort();
  const sections = rooms.map((room) =>
    sectionOf(
      room,
      Object.entries(errors).filter(([code]) => roomOf(code) === room),
    ),
  );
  return [HEAD, table('| Kind | Meaning |', kinds), ...sections].join('\n');
}

const roomOf = (code: string): string =>
  code.includes('_') ? code.slice(0, code.indexOf('_')).toLowerCase() : 'anywhere';

function sectionOf(room: string, rows: readonly (readonly [string, ErrorEntry])[]): string {
  const lines = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, entry]) => rowOf(code, entry));
  return `## ${room}\n\n${table('| Code | Kind | DIMSE | HTTP | What to do |', lines)}`;
}

const rowOf = (code: string, { kind, dimse, http, hint }: ErrorEntry): string =>
  `| \`${code}\` | ${kind} | ${dimse === undefined ? '' : dimse.toString(16).toUpperCase().padStart(4, '0')} | ${http ?? ''} | ${hint.replaceAll('|', '\\|')} |`;

function table(header: string, rows: readonly string[]): string {
  return [header, header.replace(/[^|]+/g, '---'), ...rows, ''].join('\n');
}
