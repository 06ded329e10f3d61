import { createHash } from 'node:crypto';
import { rewritePart10 } from '@sluice/dicom';
import { phantomStudy, type PhantomInstance } from '@sluice/samples';
import { scrubObject } from '@sluice/scrubbing/scrub-object';
import { openSecondEngine, type SecondEngine } from '@sluice/scrubbing/residual/second-engine';
import dcmjs from 'dcmjs';
import { median } from '../meter.ts';
import { chunksOf, cpuOf, dcmjsRewrite } from './header-rewrite.ts';
import { headerScrubPlan, replacements } from './scrub-plan.ts';

export interface HeaderScrubFigure {
  /** Processor milliseconds per 0.5 MB CT instance: every rule of the basic profile, and writing the header anew. */
  readonly header: number;
  /** SHA-256 of the output alone. */
  readonly digest: number;
  /** All that is done for one object but the second engine: read ahead, evidence, digest, a look at the output's words. */
  readonly object: number;
  /** The same with the second engine: dcmjs reads the output in a thread. */
  readonly checked: number;
  readonly dcmjs: number;
  readonly iterations: number;
}

const BLOCK = 50;

/** Scrubs one generated CT instance again and again, in turns, and has dcmjs parse, modify and write it. */
export async function measureHeaderScrub(blocks: number): Promise<HeaderScrubFigure> {
  const { part10, transferSyntaxUID } = phantomStudy({
    ...{ seed: 1, modality: 'CT', instances: 1, rows: 512, columns: 512 },
  }).next().value as PhantomInstance;
  dcmjs.log.setLevel('silent');
  const secondEngine = openSecondEngine();
  const work = {
    header: async () => {
      for await (const _ of rewritePart10(chunksOf(part10), headerScrubPlan(transferSyntaxUID)));
    },
    digest: () => Promise.resolve(void createHash('sha256').update(part10).digest()),
    object: () => scrub(part10),
    checked: () => scrub(part10, secondEngine),
    dcmjs: async () => void dcmjsRewrite(part10),
  };
  const names = Object.keys(work) as (keyof typeof work)[];
  const costs = new Map(names.map((name) => [name, [] as number[]]));
  for (let block = 0; block <= blocks; block += 1) {
    for (const name of names) {
      const cost = await cpuOf(work[name]);
      // The first block warms up.
      if (block > 0) costs.get(name)?.push(cost);
    }
  }
  await secondEngine.close();
  const cost = (name: keyof typeof work): number => median(costs.get(name) ?? []);
  const [header, digest, object] = [cost('header'), cost('digest'), cost('object')];
  return {
    header,
    digest,
    object,
    checked: cost('checked'),
    dcmjs: cost('dcmjs'),
    iterations: blocks * BLOCK,
  };
}

async function scrub(part10: Buffer, secondEngine?: SecondEngine): Promise<void> {
  const verdict = await scrubObject(
    { source: { open: () => chunksOf(part10) }, replacements, secondEngine },
    async (clean) => {
      for await (const _ of clean);
    },
  );
  if (verdict.outcome !== 'clean') throw new Error(`the phantom was held: ${verdict.code}`);
}
