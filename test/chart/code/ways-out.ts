import { glob, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { Part } from './rooms.js';

const ROOT = join(import.meta.dirname, '../../..');

/** What a process may reach; each is one row of a NetworkPolicy. */
export const WAYS = ['bus', 'database', 'keys', 'models', 'store', 'traces'] as const;
export type Way = (typeof WAYS)[number];

/** Calls in a room that open a connection, and where to. Any other `fetch` or socket is nobody's. */
const DOORS: readonly (readonly [RegExp, Way])[] = [
  [/\bopenBus\(/, 'bus'],
  [/\bopenDatabase\(/, 'database'],
  [/\bopenKeys\(/, 'keys'],
  [/\bopenStore\(/, 'store'],
  [/\bexportTo\(/, 'traces'],
];

/** Raw network, by the file that may use it. A file that is not here must not. */
const RAW: Readonly<Record<string, Way | 'listens' | 'peers' | 'desk'>> = {
  // At a person's own desk alone: the admin door refuses to name it an address (serve-words.spec.ts).
  'apps/cli/src/doctor/check-services.ts': 'desk',
  'apps/inference/src/v2/runner-v2.ts': 'models',
  'libs/dicom/src/network/listener.ts': 'listens',
  'libs/dicom/src/network/sender/connection.ts': 'peers',
  'libs/service/src/nest/listen.ts': 'listens',
};
const USES_NETWORK =
  /\bfetch\(|\b(?:createServer|createTlsServer|createConnection|connectTcp|connectTls|https?\.(?:get|request))\(|new (?:WebSocket|EventSource|Socket|XMLHttpRequest)\(|import \{[^}]*\b(?:createConnection|connect|request|get|createSocket)\b[^}]*\} from 'node:(?:net|tls|https?|http2|dgram)'/;

/** Sources of a folder without tests and their doors, by path. */
export async function sourcesBelow(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = await Array.fromAsync(glob(`${folder}/**/*.ts`, { cwd: ROOT }));
  const own = files.filter((file) => !/\.spec\.ts$|\/testing\/|\/testing\.ts$/.test(file)).sort();
  return new Map(
    await Promise.all(own.map(async (file) => [file, await readFile(join(ROOT, file), 'utf8')] as const)),
  );
}

/** A room's own sources: its whole app, or what its command imports of its app and of others. */
export async function sourcesOf(room: string, part?: Part): Promise<ReadonlyMap<string, string>> {
  if (!part) return sourcesBelow(`apps/${room}/src`);
  const all = await sourcesBelow('apps/*/src');
  const found = new Map<string, string>();
  const visit = (file: string): void => {
    const text = all.get(file);
    if (text === undefined || found.has(file)) return;
    found.set(file, text);
    for (const [, name = ''] of text.matchAll(IMPORTS)) visit(fileOf(name, file));
  };
  visit(`apps/${part.app}/src/commands/${part.words[0]}.ts`);
  return found;
}

/** What is loaded at run time, at once or when it is needed; types are not. */
const IMPORTS = /(?:\bimport (?!type\b)[^;]*?\bfrom |\bexport (?!type\b)[^;]*?\bfrom |\bimport\()'([^']+)'/g;

function fileOf(name: string, from: string): string {
  if (name.startsWith('.')) return posix.join(posix.dirname(from), name).replace(/\.js$/, '.ts');
  const [, app = '', path = ''] = /^@sluice\/([^/]+)\/(.+)$/.exec(name) ?? [];
  return `apps/${app}/src/${path}.ts`;
}

/** Where a room's code reaches: its doors, its own raw calls, and the host's traces. */
export async function waysOf(room: string, part?: Part): Promise<Way[]> {
  const sources = await sourcesOf(room, part);
  const text = [...sources.values(), ...(await sourcesBelow('libs/service/src')).values()].join('\n');
  const doors = DOORS.filter(([call]) => call.test(text)).map(([, way]) => way);
  const raw = [...sources.keys()].map((file) => RAW[file]).filter((way) => WAYS.includes(way as Way));
  return [...new Set([...doors, ...(raw as Way[])])].sort();
}

/** Files of rooms and libraries that use the network by themselves, as `code` would have them, and are not known to. */
export function unknownUses(code: ReadonlyMap<string, string>): string[] {
  return [...code].filter(([file, text]) => USES_NETWORK.test(text) && !RAW[file]).map(([file]) => file);
}

/** Files that are said to use the network and do not (any more). */
export function idleUses(code: ReadonlyMap<string, string>): string[] {
  return Object.keys(RAW).filter((file) => !USES_NETWORK.test(code.get(file) ?? ''));
}
