import { readFileSync, writeFileSync } from 'node:fs';
import type { Environment, SettingsSchema } from './settings/read-settings.js';
import { settingsTable } from './settings/describe-settings.js';
import { type Application, type Running, start, type Surroundings } from './start.js';
import type { HostSettings } from './settings/fragments.js';

/** Log lines of a started process, as they were written. */
export interface CapturedLog {
  readonly lines: string[];
  write(line: string): void;
}

/** Takes log lines in place of standard output. */
export function captureLog(): CapturedLog {
  const lines: string[] = [];
  return { lines, write: (line) => void lines.push(line) };
}

/** What tests vary of a started process. */
export interface TestSurroundings extends Pick<Surroundings, 'exporter' | 'lookEveryMs'> {
  readonly environment: Environment;
  readonly logTo?: CapturedLog;
}

/** Starts an application inside the test's process: own environment, free port on loopback, no signals, exit codes kept. */
export async function startForTest<S extends HostSettings>(
  name: string,
  application: Application<S>,
  surroundings: TestSurroundings,
): Promise<Running & { readonly exits: readonly number[] }> {
  const exits: number[] = [];
  const environment = { HTTP_PORT: '0', HTTP_HOST: '127.0.0.1', ...surroundings.environment };
  const logTo = surroundings.logTo ?? captureLog();
  const running = await start(name, application, {
    ...surroundings,
    environment,
    logTo,
    watch: false,
    exit: (code) => void exits.push(code),
  });
  return { ...running, exits };
}

const TABLE = /(<!-- settings -->)[\s\S]*?(<!-- \/settings -->)/;

/**
 * The settings table of a README stands between `<!-- settings -->` and `<!-- /settings -->`. Returns what stands there
 * and what should; with UPDATE_DOCS=1 it writes the latter first.
 */
export function readmeSettings(
  readme: string,
  schema: SettingsSchema<unknown>,
): { readonly written: string; readonly expected: string } {
  const text = readFileSync(readme, 'utf8');
  if (!TABLE.test(text))
    throw new Error('the README has no place for its settings: <!-- settings --><!-- /settings -->');
  const expected = text.replace(
    TABLE,
    (_all, open: string, close: string) => `${open}\n\n${settingsTable(schema)}\n\n${close}`,
  );
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(readme, expected);
  return { written: process.env['UPDATE_DOCS'] === '1' ? expected : text, expected };
}
