import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCodecs } from '@sluice/dicom';
import { phantomStudy } from '@sluice/samples';
import { burnedIn } from '../../score/corpus/burned-in.ts';
import { doorsIn } from '../../score/run/doors.ts';
import { cpuSeconds, median } from '../meter.ts';
import { pydicom, SCRIPT } from '../rivals/pydicom.ts';
import { typicalCt } from './typical-ct.ts';

/** A folder de-identified by a process of its own, from its start to its end. */
export interface FolderFigure {
  readonly perSecond: number;
  /** Per second of processor time, all threads: what one core does. */
  readonly perCpuSecond: number;
}

export interface DeidentifyFigure {
  readonly instances: number;
  /** CT headers by the basic profile, and nothing else. */
  readonly headers: FolderFigure;
  /** CT headers by `sluice deidentify --profile basic`: key service and residual check included. */
  readonly ours: FolderFigure;
  /** Undefined where pydicom cannot be had. */
  readonly pydicom: (FolderFigure & { readonly version: string }) | undefined;
  /** Screens with burned-in text under `research`: header, every pixel read, masked, checked. */
  readonly pixels: FolderFigure & { readonly instances: number };
}

interface DeidentifyPlan {
  readonly folder: string;
  readonly rough: boolean;
  readonly say: (line: string) => void;
}

const SLUICE = fileURLToPath(new URL('../../../apps/cli/bin/sluice.js', import.meta.url));
const SCRUB_FOLDER = fileURLToPath(new URL('scrub-folder.ts', import.meta.url));
const TABLE = fileURLToPath(new URL('../../score/expectation/expected-actions.table.ts', import.meta.url));
const LONGEST_OUTPUT = 64 << 20;
const SCREENS = { sizes: [14, 22], backgrounds: ['black', 'noise', 'anatomy', 'gradient'] } as const;

/** Measures `sluice deidentify` on headers beside pydicom, in turns, and on pixels. */
export async function measureDeidentify({
  folder: place,
  rough,
  say,
}: DeidentifyPlan): Promise<DeidentifyFigure> {
  const folder = join(place, 'deidentify');
  await mkdir(folder);
  const instances = rough ? 300 : 600;
  const ct = join(folder, 'ct');
  await mkdir(ct);
  let number = 0;
  const study = { seed: 3, modality: 'CT', instances, rows: 512, columns: 512, plant: typicalCt } as const;
  for (const { part10 } of phantomStudy(study))
    await writeFile(join(ct, `${String((number += 1)).padStart(4, '0')}.dcm`), part10);
  const rival = pydicom(join(folder, 'python'));
  const figures = { headers: [] as FolderFigure[], ours: [] as FolderFigure[], theirs: [] as FolderFigure[] };
  const common = { folder, instances };
  // The first round makes keys and warms the disk's cache.
  for (let round = 0; round <= (rough ? 1 : 3); round += 1) {
    const headers = await timed((out) => [process.execPath, SCRUB_FOLDER, ct, out], { ...common, env: {} });
    const mine = await sluice({ ...common, input: ct, profile: 'basic' });
    const other =
      rival && (await timed((out) => ['python3', SCRIPT, ct, out, TABLE], { ...common, env: rival.env }));
    if (round === 0) continue;
    figures.headers.push(headers);
    figures.ours.push(mine);
    if (other) figures.theirs.push(other);
    say(
      `headers alone ${headers.perSecond.toFixed(0)} inst/s, sluice deidentify ${mine.perSecond.toFixed(0)}, pydicom ${other?.perSecond.toFixed(0) ?? 'not here'}`,
    );
  }
  return {
    instances,
    headers: middle(figures.headers),
    ours: middle(figures.ours),
    pydicom: rival && { ...middle(figures.theirs), version: rival.version },
    pixels: await measurePixels(folder),
  };
}

async function measurePixels(folder: string): Promise<DeidentifyFigure['pixels']> {
  const input = join(folder, 'screens');
  await mkdir(input);
  const codecs = createCodecs();
  let instances = 0;
  for await (const { sheet, file } of burnedIn(SCREENS, codecs)) {
    await writeFile(join(input, `${sheet.name}.dcm`), file);
    instances += 1;
  }
  await codecs.close();
  return { ...(await sluice({ folder, input, profile: 'research', instances })), instances };
}

async function sluice(run: {
  folder: string;
  input: string;
  profile: string;
  instances: number;
}): Promise<FolderFigure> {
  const { folder, input, profile, instances } = run;
  const command = (out: string) => [process.execPath, SLUICE, 'deidentify', input, out, '--profile', profile];
  return timed(command, { folder, instances, env: doorsIn(folder) });
}

/** Into a folder that is new, on a disk at rest: no turn pays for what another left to be written or deleted. */
async function timed(
  command: (out: string) => readonly string[],
  { folder, instances, env }: { folder: string; instances: number; env: Record<string, string> },
): Promise<FolderFigure> {
  const [program = '', ...args] = command(await mkdtemp(join(folder, 'out-')));
  spawnSync('sync');
  const [cpu, began] = [cpuSeconds(process.pid), performance.now()];
  const { status, stderr } = spawnSync(program, args, {
    ...{ cwd: folder, encoding: 'utf8', maxBuffer: LONGEST_OUTPUT, env: { ...process.env, ...env } },
  });
  const seconds = (performance.now() - began) / 1000;
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr.slice(-1000)}`);
  return { perSecond: instances / seconds, perCpuSecond: instances / (cpuSeconds(process.pid) - cpu) };
}

function middle(figures: readonly FolderFigure[]): FolderFigure {
  return {
    perSecond: median(figures.map(({ perSecond }) => perSecond)),
    perCpuSecond: median(figures.map(({ perCpuSecond }) => perCpuSecond)),
  };
}
