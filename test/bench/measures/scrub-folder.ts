// A process of its own: scrubs the headers of a folder of explicit little endian files into another, file by file. Arguments: source, target.
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writevSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { rewritePart10 } from '@sluice/dicom';
import { headerScrubPlan } from './scrub-plan.ts';

const EXPLICIT_LE = '1.2.840.10008.1.2.1';
const [source = '', target = ''] = process.argv.slice(2);

// As our services do (libs/service/src/heap.ts), whose plumbing would be most of what is loaded here.
setFlagsFromString('--heap-growing-percent=100');
setFlagsFromString('--external-memory-accounted-in-global-limit');
setFlagsFromString('--minor-gc-task-trigger=10');
mkdirSync(target, { recursive: true });
for (const name of readdirSync(source)) {
  const chunks: Buffer[] = [];
  const file = once(readFileSync(join(source, name)));
  for await (const chunk of rewritePart10(file, headerScrubPlan(EXPLICIT_LE))) chunks.push(chunk);
  const out = openSync(join(target, name), 'w');
  writevSync(out, chunks);
  closeSync(out);
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
