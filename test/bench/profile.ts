import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the main thread of a process spent its time: shares of the time it was watched, largest first. */
export interface ProfileSummary {
  readonly of: string;
  /** Share of the time with nothing to do: waiting for disk, network or the thread pool. */
  readonly idle: number;
  readonly rooms: readonly Share[];
  readonly functions: readonly Share[];
}

export interface Share {
  readonly name: string;
  readonly share: number;
}

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { functionName: string; url: string; lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MOST_FUNCTIONS = 15;
const SMALLEST_SHARE = 0.005;
/** Between the last answer and the end of the process. */
const SHUTDOWN_SECONDS = 0.4;

/** Runs `work` with a folder for `node --cpu-prof` and sums up what the process wrote there. */
export async function profileOf(
  of: string,
  place: string,
  work: (folder: string) => Promise<{ seconds: number }>,
): Promise<ProfileSummary> {
  const folder = await mkdtemp(join(place, 'profile-'));
  try {
    const { seconds } = await work(folder);
    const [file] = (await readdir(folder)).filter((name) => name.endsWith('.cpuprofile'));
    if (!file) throw new Error(`no profile of ${of} was written`);
    const profile = JSON.parse(await readFile(join(folder, file), 'utf8')) as CpuProfile;
    return summarise(of, profile, seconds);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Looks at the last seconds only: what comes before is start and warm-up. Shares leave idle time out. */
function summarise(of: string, profile: CpuProfile, seconds: number): ProfileSummary {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const [rooms, functions] = [new Map<string, number>(), new Map<string, number>()];
  let [total, idle] = [0, 0];
  let left = profile.timeDeltas.reduce((sum, micros) => sum + micros, 0);
  profile.samples.forEach((sample, at) => {
    const micros = profile.timeDeltas[at] ?? 0;
    left -= micros;
    if (left > (seconds + SHUTDOWN_SECONDS) * 1e6) return;
    const { functionName, url, lineNumber } = frames.get(sample)!;
    total += micros;
    if (functionName === '(idle)') return void (idle += micros);
    const room = roomOf(url, functionName);
    add(rooms, room, micros);
    add(
      functions,
      `${functionName || '(anonymous)'} (${room}${url && !url.startsWith('node:') ? `, line ${lineNumber + 1}` : ''})`,
      micros,
    );
  });
  const busy = total - idle;
  return {
    of,
    idle: idle / total,
    rooms: shares(rooms, busy),
    functions: shares(functions, busy).slice(0, MOST_FUNCTIONS),
  };
}

function roomOf(url: string, functionName: string): string {
  if (url.startsWith('node:')) return url.split('/').slice(0, 2).join('/');
  if (url === '') return functionName.startsWith('(') ? functionName : 'native';
  const path = url.replace('file://', '').replace(ROOT, '');
  const vendor = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path);
  if (vendor) return vendor[1]!;
  return path.replace(/\/dist\/.*/, (rest) => rest.replace('/dist/', '/').replace(/\.js$/, ''));
}

function add(sums: Map<string, number>, name: string, value: number): void {
  sums.set(name, (sums.get(name) ?? 0) + value);
}

function shares(sums: ReadonlyMap<string, number>, total: number): Share[] {
  return [...sums]
    .map(([name, value]) => ({ name, share: value / total }))
    .filter(({ share }) => share >= SMALLEST_SHARE)
    .sort((a, b) => b.share - a.share);
}
