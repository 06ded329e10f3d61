import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AT_THE_DOOR } from '@sluice/cli/admin/commands-at-the-door';
import { doctor } from '@sluice/cli/commands/doctor';
import { verify } from '@sluice/cli/commands/verify';
import { ERRORS } from '@sluice/contracts';
import { parse } from 'yaml';
import { unknownMetrics } from './metric-names.js';

export const ROOT = join(import.meta.dirname, '../..');
const ALERTS = 'helm/sluice/files/alerts';
const TESTS = 'test/watching/alert-tests';

/** One alert as its file has it. */
export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** One look at an alert in a test of promtool's. */
interface Look {
  readonly alertname: string;
  readonly exp_alerts?: readonly object[];
}

/** What stands beside the alerts. */
export interface Beside {
  readonly looks: readonly Look[];
  /** Text by path. */
  readonly runbooks: ReadonlyMap<string, string>;
}

export const ruleFiles = (): Promise<string[]> => filesIn(ALERTS);
export const testFiles = (): Promise<string[]> => filesIn(TESTS);

export async function allAlerts(): Promise<Alert[]> {
  const files = await Promise.all((await ruleFiles()).map((file) => readFile(join(ROOT, file), 'utf8')));
  return files.flatMap((text) =>
    (parse(text) as { groups: { rules: Alert[] }[] }).groups.flatMap(({ rules }) => rules),
  );
}

export async function besideAlerts(): Promise<Beside> {
  const tests = await Promise.all((await testFiles()).map((file) => readFile(join(ROOT, file), 'utf8')));
  const looks = tests.flatMap((text) =>
    (parse(text) as { tests: { alert_rule_test: Look[] }[] }).tests.flatMap((each) => each.alert_rule_test),
  );
  const pages = await filesIn('docs/runbooks');
  const texts = await Promise.all(pages.map((file) => readFile(join(ROOT, file), 'utf8')));
  return { looks, runbooks: new Map(pages.map((file, n) => [file, texts[n] ?? ''])) };
}

/** What an alert lacks: a page with its three parts and real commands, a test in which it fires and one in which it does not, known metrics. */
export function faultsOf({ alert, expr, labels, annotations }: Alert, { looks, runbooks }: Beside): string[] {
  const own = looks.filter(({ alertname }) => alertname === alert);
  const page = runbooks.get(annotations['runbook'] ?? '');
  return [
    ...unknownMetrics(expr).map((name) => `no room reports ${name}`),
    ...(/^(warning|critical)$/.test(labels['severity'] ?? '') ? [] : ['no severity']),
    ...(own.some((look) => (look.exp_alerts ?? []).length > 0) ? [] : ['no test in which it fires']),
    ...(own.some((look) => (look.exp_alerts ?? []).length === 0) ? [] : ['no test in which it does not']),
    ...(page === undefined ? ['no runbook'] : runbookFaults(alert, page)),
  ];
}

const PARTS = ['What it means', 'Look here first', 'What to do'];

function runbookFaults(alert: string, page: string): string[] {
  const commands = [...page.matchAll(/^\s*(?:npx )?sluice (.+)$/gm)].map(([, words = '']) => words);
  return [
    ...(page.startsWith(`# ${alert}\n`) ? [] : ['its runbook has another title']),
    ...PARTS.filter((part) => !new RegExp(`^## ${part}\n\n\\S`, 'm').test(page)).map(
      (part) => `its runbook lacks: ${part}`,
    ),
    ...commands.filter((words) => !isCommand(words)).map((words) => `no such command: sluice ${words}`),
    ...[...page.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`/g)].flatMap(([, name = '']) =>
      isCodeOrSetting(name) ? [] : [`neither a code nor a setting: ${name}`],
    ),
  ];
}

/** The chart's table has every setting of every room. */
const ROOMS = readFileSync(join(ROOT, 'helm/sluice/files/rooms.json'), 'utf8');
const isCodeOrSetting = (name: string): boolean => Object.hasOwn(ERRORS, name) || ROOMS.includes(`"${name}"`);

const USAGES = [...Object.values(AT_THE_DOOR), doctor, verify].flatMap((command) => command.usage);

/** A line of some command's usage has its verb, its second word where that is one of several, and each of its options. */
function isCommand(words: string): boolean {
  const [verb, second = ''] = words.split(' ');
  const options = words.match(/--[a-z-]+/g) ?? [];
  return USAGES.some((usage) => {
    const [known, choice = ''] = usage.split(' ');
    const isChoice = /^[a-z|-]+$/.test(choice);
    const fits = isChoice ? choice.split('|').includes(second) : !/^[a-z]/.test(second);
    return known === verb && fits && options.every((option) => usage.includes(option));
  });
}

async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(join(ROOT, folder));
  return names.sort().map((name) => `${folder}/${name}`);
}
