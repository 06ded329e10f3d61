import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stackDown, startStack } from '@sluice/stack';
import { ROOT } from '../../deploy/set-up/paths.mjs';
import { say } from '../../deploy/set-up/say.mjs';
import { endAll } from './command.mjs';
import { isRunning } from './descendants.mjs';

/** One file per run, named by its process, that holds the folder of its stack. */
const RUNS = join(ROOT, '.sluice', 'test-runs');

const COORDINATES = ['SLUICE_TEST_KAFKA', 'SLUICE_TEST_S3', 'SLUICE_TEST_KMS', 'SLUICE_TEST_POSTGRES'];

/** The backing services that all tests of a run share: their environment, and how to end them. A stack that the environment names already is taken as it is. Throws soon when `signal` is aborted. */
export async function openTestStack(signal) {
  if (COORDINATES.every((name) => process.env[name])) {
    say('using the backing services named in the environment');
    return { env: {}, close: async () => {} };
  }
  await endStrays();
  const folder = mkdtempSync(join(tmpdir(), 'sluice-test-stack-'));
  const run = join(RUNS, `${process.pid}`);
  mkdirSync(RUNS, { recursive: true });
  writeFileSync(run, folder);
  const close = async () => {
    await stackDown(folder);
    rmSync(folder, { recursive: true, force: true });
    rmSync(run, { force: true });
  };
  try {
    say('starting Kafka, S3, KMS and PostgreSQL ...');
    const { env, way } = await startUnless(signal, { folder, say });
    say(`backing services ready (${way})`);
    return { env, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A start takes no signal: once that is there, what is started is ended until the start fails for it. */
async function startUnless(signal, options) {
  let starting = true;
  const end = async () => {
    for (; starting; await sleep(100)) await endAll(process.pid);
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    return await startStack(options);
  } finally {
    starting = false;
    signal.removeEventListener('abort', end);
  }
}

/** Ends what a run that was killed has left. */
async function endStrays() {
  mkdirSync(RUNS, { recursive: true });
  for (const name of readdirSync(RUNS)) {
    if (isRunning(Number(name))) continue;
    const folder = readFileSync(join(RUNS, name), 'utf8');
    await stackDown(folder);
    rmSync(folder, { recursive: true, force: true });
    rmSync(join(RUNS, name), { force: true });
  }
}
