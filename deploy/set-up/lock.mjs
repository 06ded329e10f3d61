import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from './paths.mjs';
import { say } from './say.mjs';

const FILE = join(ROOT, '.sluice', 'set-up.lock');

/** One set-up at a time in this clone. A lock whose holder is dead is taken over. */
export async function withSetUpLock(work) {
  mkdirSync(dirname(FILE), { recursive: true });
  for (let said = false; !tryAcquire(); said = true) {
    if (!said) say('waiting for another set-up to finish ...');
    await sleep(500);
  }
  try {
    return await work();
  } finally {
    rmSync(FILE, { force: true });
  }
}

function tryAcquire() {
  try {
    writeFileSync(FILE, `${process.pid}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!holderLives()) rmSync(FILE, { force: true });
    return false;
  }
}

function holderLives() {
  try {
    // Not yet written reads as 0, our own group: alive.
    process.kill(Number(readFileSync(FILE, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
