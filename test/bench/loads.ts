import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { phantomStudy, type PhantomRequest } from '@sluice/samples';

/** What is pushed: Part 10 files; one list of folders per association. */
export interface Load {
  readonly name: 'CT1' | 'CT4' | 'MG';
  readonly words: string;
  readonly instances: number;
  readonly bytes: number;
  readonly folders: readonly (readonly string[])[];
  /** Other instances of the same kind, pushed before anything is measured. */
  readonly warmUp: string;
  readonly warmUpInstances: number;
}

const CT = { modality: 'CT', rows: 512, columns: 512 } as const;
const MG = { modality: 'MG', rows: 4096, columns: 3200 } as const;
const CT_PARTS = 4;
/** Enough for the hot code to be compiled: services run for months. With fewer, compiling took a third of the measured time. */
const CT_WARM_UP = 640;

/** Generates the loads below `folder`: about 700 MB. `share` makes them smaller, for a rough run. */
export async function makeLoads(folder: string, share: number): Promise<Load[]> {
  const ctCount = Math.max(CT_PARTS, Math.round((300 * share) / CT_PARTS) * CT_PARTS);
  const mgCount = Math.max(2, Math.round(20 * share));
  const parts: string[] = [];
  let ctBytes = 0;
  for (let part = 0; part < CT_PARTS; part += 1) {
    parts.push(join(folder, `ct-${part}`));
    ctBytes += await writeStudy(parts[part]!, { ...CT, seed: 100 + part, instances: ctCount / CT_PARTS });
  }
  const mg = join(folder, 'mg');
  const mgBytes = await writeStudy(mg, { ...MG, seed: 200, instances: mgCount });
  const ctWarm = join(folder, 'ct-warm-up');
  const mgWarm = join(folder, 'mg-warm-up');
  await writeStudy(ctWarm, { ...CT, seed: 300, instances: CT_WARM_UP });
  await writeStudy(mgWarm, { ...MG, seed: 301, instances: 2 });
  const ct = { instances: ctCount, bytes: ctBytes, warmUp: ctWarm, warmUpInstances: CT_WARM_UP };
  const each = (bytes: number, count: number) => `${(bytes / count / 1e6).toFixed(1)} MB`;
  return [
    {
      name: 'CT1',
      words: `CT, ${ctCount} x ${each(ctBytes, ctCount)}, one association`,
      folders: [parts],
      ...ct,
    },
    {
      name: 'CT4',
      words: `CT, ${ctCount} x ${each(ctBytes, ctCount)}, four associations`,
      folders: parts.map((part) => [part]),
      ...ct,
    },
    {
      name: 'MG',
      words: `MG, ${mgCount} x ${each(mgBytes, mgCount)}, one association`,
      folders: [[mg]],
      instances: mgCount,
      bytes: mgBytes,
      warmUp: mgWarm,
      warmUpInstances: 2,
    },
  ];
}

async function writeStudy(folder: string, request: PhantomRequest): Promise<number> {
  await mkdir(folder);
  let bytes = 0;
  let number = 0;
  for (const { part10 } of phantomStudy(request)) {
    bytes += part10.length;
    await writeFile(join(folder, `${String((number += 1)).padStart(4, '0')}.dcm`), part10);
  }
  return bytes;
}
