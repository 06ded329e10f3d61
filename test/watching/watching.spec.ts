import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tinyFolder, type TinyFolder } from '@sluice/inference/testing/tiny-folder';
import { phantomStudy, us } from '@sluice/samples';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeCertificates } from '../installation/certificates.js';
import { mayDoWithout } from '../installation/foreign-tool.js';
import { freePort } from '../installation/free-port.js';
import { Pipeline } from '../pipeline/pipeline.js';
import { allAlerts, ROOT, ruleFiles } from './alerts.js';
import { type Asked, DASHBOARDS, questionsOf } from './dashboards/dashboards.js';
import { promisedNames } from './metric-names.js';
import { Prometheus } from './prometheus.js';

const chest = () => [[0x00180015, 'CS', 'CHEST']] as [number, string, string][];
const ct = { modality: 'CT', rows: 64, columns: 64 } as const;
/** Two that a model answers, and one whose pixels nothing here can read. */
const STUDY = [...phantomStudy({ ...ct, seed: 41, instances: 2, plant: chest })];
const HELD = [
  ...phantomStudy({
    ...ct,
    seed: 42,
    modality: 'US',
    instances: 1,
    plant: () => [[0x00280101, 'US', us(17)]],
  }),
];

vi.setConfig({ testTimeout: 120_000 });

const skip = mayDoWithout('prometheus');
let folder: string;
let tiny: TinyFolder;
let pipeline: Pipeline;
let prometheus: Prometheus;
beforeAll(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), 'sluice-watching-'));
  tiny = await tinyFolder({}, { modality: 'CT', bodyPart: 'CHEST' });
  pipeline = await Pipeline.start({
    ...(await tlsSettings()),
    ...inferenceSettings(tiny),
    ARCHIVAL_WATCH_MS: '200',
  });
  await send();
  prometheus = await Prometheus.start({
    port: pipeline.httpPort,
    ruleFiles: (await ruleFiles()).map((file) => join(ROOT, file)),
  });
  // What happens while it looks is what rates are made of.
  await sendMore();
  await prometheus.until('the second study has been counted', async () => {
    const [clean] = await prometheus.ask('sum(sluice_verdicts_total{result="clean"})');
    return Number(clean?.value[1]) >= 4;
  });
}, 180_000);
afterAll(async () => {
  if (skip) return;
  await prometheus?.stop();
  await pipeline?.remove();
  await tiny?.remove();
  await rm(folder, { recursive: true, force: true });
});

async function tlsSettings(): Promise<Record<string, string>> {
  const { server } = await makeCertificates(folder);
  const [cert, key] = await Promise.all([readFile(server.cert, 'utf8'), readFile(server.key, 'utf8')]);
  return { TLS_CERT: cert, TLS_KEY: key, HTTPS_PORT: '0', DIMSE_TLS_PORT: String(await freePort()) };
}

const inferenceSettings = ({ settings }: TinyFolder): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)])),
  INFERENCE_QUIET_MS: '300',
  INFERENCE_ROUND_MS: '50',
});

/** A study, one that is held, and a caller without a token. */
async function send(): Promise<void> {
  await pipeline.push([...STUDY, ...HELD]);
  await pipeline.said('series.inferred.v1');
  await pipeline.archived({ studies: 2 });
  await refused();
}

async function sendMore(): Promise<void> {
  await pipeline.push(phantomStudy({ ...ct, seed: 43, instances: 2, plant: chest }));
  await refused();
  await pipeline.archived({ studies: 3 });
  await pipeline.said('series.inferred.v1', 2);
}

const refused = () =>
  fetch(`http://127.0.0.1:${pipeline.httpPort}/dicomweb/studies`, { method: 'POST' }).then((answer) =>
    expect(answer.status).toBe(401),
  );

/** What is wrong with a question: it is none, or nobody answers it. */
async function faultOf({
  expr,
  mayBeEmpty,
}: Pick<Asked, 'expr' | 'mayBeEmpty'>): Promise<string | undefined> {
  const answer = await prometheus.ask(expr).catch((error: Error) => error.message);
  if (typeof answer === 'string') return answer;
  return answer.length === 0 && mayBeEmpty === undefined ? 'no series' : undefined;
}

/** A scrape that came too late leaves a gap: the next one closes it. */
const answered = (asked: Asked): Promise<unknown> =>
  prometheus.until('it answers', async () => (await faultOf(asked)) === undefined).catch(() => undefined);

const dashboards = Object.entries(DASHBOARDS);
describe.skipIf(skip).each(dashboards)('the dashboard %s', (_name, dashboard) => {
  it.each(questionsOf(dashboard).map((asked) => [asked.panel, asked] as const))(
    '%s: is answered by what runs',
    async (_panel, asked) => {
      await answered(asked);
      expect(await faultOf(asked)).toBeUndefined();
    },
  );
});

describe.skipIf(skip)('what runs', () => {
  it('reports every metric that the catalogue promises', async () => {
    const missing = async () => {
      const answers = await Promise.all(promisedNames().map((name) => prometheus.ask(name)));
      return promisedNames().filter((_name, n) => answers[n]?.length === 0);
    };
    await vi.waitFor(async () => expect(await missing()).toEqual([]), { timeout: 30_000, interval: 1_000 });
  });

  it('counts what was sent, held and refused', async () => {
    const numberOf = async (expr: string) => Number((await prometheus.ask(expr))[0]?.value[1]);
    expect(await numberOf('sum(sluice_received_instances_total{door="dimse",peer="local"})')).toBe(5);
    expect(await numberOf('sum(sluice_received_bytes_total)')).toBeGreaterThan(5 * 64 * 64 * 2);
    expect(await numberOf('sum(sluice_verdicts_total{code="SCRUBBING_PIXELS_UNPROVEN"})')).toBe(1);
    expect(await numberOf('max(sluice_quarantined_instances{code="SCRUBBING_PIXELS_UNPROVEN"})')).toBe(1);
    expect(await numberOf('sum(sluice_refusals_total{door="stow"})')).toBe(2);
    expect(await numberOf('sum(sluice_door_calls_total{door="kms",action="generate"})')).toBeGreaterThan(0);
  });

  it('shows no word of a person in any label', async () => {
    const page = await (await fetch(`http://127.0.0.1:${pipeline.httpPort}/metrics`)).text();
    const words = ['Quillwater', 'QW-', 'Millrace', ...[...STUDY, ...HELD].map((one) => one.sopInstanceUID)];
    expect(words.filter((word) => page.includes(word))).toEqual([]);
  });
});

describe.skipIf(skip)('the alerts', () => {
  it('are rules that Prometheus evaluates', async () => {
    const names = (await allAlerts()).map(({ alert }) => alert).sort();
    await prometheus.until('every rule is evaluated', async () =>
      (await prometheus.rules()).every(({ health }) => health !== 'unknown'),
    );
    const rules = await prometheus.rules();
    expect(rules.map(({ name }) => name).sort()).toEqual(names);
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
  });

  it('say of this installation that its certificate ends within two weeks, and nothing else', async () => {
    const loud = async () =>
      (await prometheus.rules()).flatMap(({ name, state }) => (state === 'inactive' ? [] : [[name, state]]));
    await vi.waitFor(async () => expect(await loud()).toEqual([['SluiceCertificateExpiry', 'pending']]), {
      timeout: 60_000,
      interval: 500,
    });
  });
});

describe.skipIf(skip)('a planted mistake is found:', () => {
  it.each([
    ['a metric that nobody reports', 'sum(sluice_received_instance_total)', 'no series'],
    ['a label that is none', 'sum by (peer) (sluice_received_instances_total{peers="local"})', 'no series'],
    [
      'an expression that is none',
      'sum by (peer (sluice_received_instances_total)',
      expect.stringMatching(/parse error/),
    ],
  ])('%s', async (_what, expr, fault) => {
    expect(await faultOf({ expr })).toEqual(fault);
  });
});
