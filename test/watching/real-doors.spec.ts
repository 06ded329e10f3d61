import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendInstances } from '@sluice/dicom';
import { phantomStudy } from '@sluice/samples';
import { startForTest } from '@sluice/service/testing';
import { StandaloneSettings } from '@sluice/standalone/config';
import { StandaloneModule } from '@sluice/standalone/standalone.module';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '../installation/free-port.js';
import { realDoors } from '../installation/installation.js';

const UNIT = process.env['SLUICE_TEST_UNIT'] === '1';
const STUDY = [...phantomStudy({ seed: 51, modality: 'CT', instances: 2, rows: 64, columns: 64 })];

let folder: string;
let running: Awaited<ReturnType<typeof startForTest>>;
beforeAll(async () => {
  if (UNIT) return;
  folder = await mkdtemp(join(tmpdir(), 'sluice-real-doors-'));
  const dimsePort = await freePort();
  const doors = await realDoors();
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION'])
    vi.stubEnv(name, doors[name] ?? '');
  const environment = { ...doors, DIMSE_PORT: String(dimsePort), DIMSE_HOST: '127.0.0.1', ...HURRY };
  const application = { settings: StandaloneSettings, module: StandaloneModule.open };
  running = await startForTest('standalone', application, { environment });
  const peer = { host: '127.0.0.1', port: dimsePort, callingAE: 'LOCAL', calledAE: 'SLUICE' };
  await sendInstances(peer, STUDY.map(toSend), () => undefined);
}, 180_000);
afterAll(async () => {
  if (UNIT) return;
  await running?.stop();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const HURRY = { ARCHIVAL_QUIET_MS: '300', ARCHIVAL_SWEEP_MS: '200', ARCHIVAL_WATCH_MS: '1000' };

const toSend = ({ dataSet, part10: _part10, ...uids }: (typeof STUDY)[number]) => ({
  ...uids,
  dataSet: async function* once() {
    yield dataSet;
  },
});

/** The value of the one series that begins so, or undefined. */
async function told(series: string): Promise<number | undefined> {
  const { body } = await running.host.metrics.page();
  const line = body.split('\n').find((each) => each.startsWith(`sluice_${series}`));
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1));
}

const becomes = (series: string, isRight: (value: number | undefined) => boolean): Promise<void> =>
  vi.waitFor(async () => expect(await told(series), series).toSatisfy(isRight), {
    timeout: 100_000,
    interval: 500,
  });
const some = (value: number | undefined): boolean => (value ?? 0) > 0;
const none = (value: number | undefined): boolean => value === 0;
const small = (value: number | undefined): boolean => Math.abs(value ?? Infinity) < 60;

describe.skipIf(UNIT)('on Kafka, S3, KMS and PostgreSQL', () => {
  it.each([
    ['verdicts_total{room="scrubbing",result="clean"', (value: number | undefined) => value === 2],
    ['door_calls_total{room="intake",door="store",action="put",code=""}', some],
    ['door_calls_total{room="intake",door="kms",action="generate",code=""}', some],
    ['door_calls_total{room="archival",door="kms",action="sign",code=""}', some],
    ['door_calls_total{room="intake",door="bus",action="publish",code=""}', some],
    ['door_bytes_total{room="encryption",door="store",action="get"}', some],
    ['consumer_lag_records{room="scrubbing",topic="instance.received"}', none],
    ['consumer_lag_seconds{room="archival",topic="object.sealed"}', none],
    ['unsettled_instances{room="archival"}', none],
    ['staging_objects{room="archival",objectKind="raw"}', none],
    ['staging_objects{room="archival",objectKind="batch"}', some],
    // Inference is not installed: it has no topic of dead letters, and that ends nobody.
    ['dead_letters{room="archival",group="inference"}', none],
    ['dead_letters{room="archival",group="scrubbing"}', none],
    ['clock_skew_seconds{room="archival",door="database"}', small],
    ['clock_skew_seconds{room="intake",door="store"}', small],
    ['ready{room="standalone"}', (value: number | undefined) => value === 1],
  ])('%s is told', (series, isRight) => becomes(series, isRight), 120_000);

  it('ends for no fatal error', () => expect(running.exits).toEqual([]));
});
