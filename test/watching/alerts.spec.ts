import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mayDoWithout, runTool } from '../installation/foreign-tool.js';
import {
  type Alert,
  allAlerts,
  type Beside,
  besideAlerts,
  faultsOf,
  ROOT,
  ruleFiles,
  testFiles,
} from './alerts.js';

const [alerts, beside, rules, tests] = await Promise.all([
  allAlerts(),
  besideAlerts(),
  ruleFiles(),
  testFiles(),
]);
const promtool = (words: readonly string[]) => runTool('promtool', words);

const skip = mayDoWithout('promtool');

describe.skipIf(skip)('the alerts, to promtool,', () => {
  it.each(rules)('of %s are rules to promtool', async (file) => {
    expect(await promtool(['check', 'rules', join(ROOT, file)])).toMatchObject({ code: 0 });
  });

  it.each(tests)('do what %s says', async (file) => {
    const { code, stdout, stderr } = await promtool(['test', 'rules', join(ROOT, file)]);
    expect(`${code} ${stdout}${stderr}`).toMatch(/^0 .*SUCCESS/s);
  });
});

describe('the alerts', () => {
  it.each(alerts.map((alert) => [alert.alert, alert] as const))(
    '%s has all that belongs to it',
    (_, alert) => {
      expect(faultsOf(alert, beside)).toEqual([]);
    },
  );

  it('have names of their own, and every runbook has an alert', () => {
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    expect(alerts.map(({ annotations }) => annotations['runbook']).sort()).toEqual(
      [...beside.runbooks.keys()].sort(),
    );
  });
});

describe('a planted mistake is found:', () => {
  const sound = alerts[0] as Alert;
  const page = (text: string): Beside => ({
    ...beside,
    runbooks: new Map([[sound.annotations['runbook'] ?? '', text]]),
  });
  const text = beside.runbooks.get(sound.annotations['runbook'] ?? '') ?? '';
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-alerts-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each([
    [
      'a metric that no room reports',
      { ...sound, expr: 'sluice_dead_lettres > 0' },
      beside,
      'no room reports sluice_dead_lettres',
    ],
    ['an alert without a runbook', { ...sound, annotations: {} }, beside, 'no runbook'],
    ['an alert without a test', { ...sound, alert: 'SluiceNew' }, beside, 'no test in which it fires'],
    ['an alert without a severity', { ...sound, labels: {} }, beside, 'no severity'],
    [
      'a runbook without an answer',
      sound,
      page(text.replace('## What to do', '## Else')),
      'its runbook lacks: What to do',
    ],
    [
      'a command that is none',
      sound,
      page(`${text}\n    sluice dead-letters burn ID\n`),
      'no such command: sluice dead-letters burn ID',
    ],
    [
      'a code that is none',
      sound,
      page(`${text}\n\`STORE_IS_SAD\`\n`),
      'neither a code nor a setting: STORE_IS_SAD',
    ],
    [
      'an option that is none',
      sound,
      page(`${text}\n    sluice status --all\n`),
      'no such command: sluice status --all',
    ],
  ])('%s', (_what, alert, stands, fault) => {
    expect(faultsOf(alert, stands)).toContain(fault);
  });

  it.skipIf(skip)('an expression that is none', async () => {
    const file = join(folder, 'rules.yaml');
    await writeFile(file, 'groups: [{ name: a, rules: [{ alert: A, expr: "max by (sluice_ready" }] }]');
    expect(await promtool(['check', 'rules', file])).toMatchObject({ code: 1 });
  });
});
