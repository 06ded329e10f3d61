import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { NO_DELAY } from './receivers/server.ts';

/** Who is called. */
export interface Target {
  readonly port: number;
  readonly aeTitle: string;
}

/** Moments of one push, ms of performance.now(): association asked for first, and last answer. */
export interface Pushed {
  readonly beganAt: number;
  readonly endedAt: number;
  readonly stored: number;
}

/** Pushes every file of the folders, one DCMTK storescu (and so one association) per list, all at once. */
export async function push(target: Target, lists: readonly (readonly string[])[]): Promise<Pushed> {
  const each = await Promise.all(lists.map((folders) => pushOne(target, folders)));
  return {
    beganAt: Math.min(...each.map((one) => one.beganAt)),
    endedAt: Math.max(...each.map((one) => one.endedAt)),
    stored: each.reduce((sum, one) => sum + one.stored, 0),
  };
}

/** The clock runs from the association request to its release: storescu's own start, which reads every header, is nobody's merit. */
async function pushOne({ port, aeTitle }: Target, folders: readonly string[]): Promise<Pushed> {
  const args = ['-v', '-R', '-aet', 'LOCAL', '-aec', aeTitle, '+sd', '127.0.0.1', String(port), ...folders];
  const child = spawn('storescu', args, { env: NO_DELAY, stdio: ['ignore', 'pipe', 'pipe'] });
  let [beganAt, endedAt, stored] = [0, 0, 0];
  const hear = (line: string) => {
    if (line.includes('Requesting Association')) beganAt = performance.now();
    if (line.includes('Received Store Response (Success)')) stored += 1;
    if (line.includes('Releasing Association')) endedAt = performance.now();
  };
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', hear);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0 || beganAt === 0 || endedAt === 0)
    throw new Error(`storescu ended with ${code}, ${stored} stored`);
  return { beganAt, endedAt, stored };
}
