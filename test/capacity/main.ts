// `npm run capacity [-- --inputs=FILE] [-- --out=FOLDER]`: what a network of scanners needs, simulated; `-- --measure` measures anew what an
// instance costs each stage (real processes and servers, two minutes, on a machine that does nothing else) and writes one dated result.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { newestMeasured, RESULTS } from './measured.ts';
import { readInputs } from './network/inputs.ts';
import { networkReport } from './report/network-report.ts';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: join(import.meta.dirname, 'network/thousand-scanners.yaml') },
    out: { type: 'string' },
    measure: { type: 'boolean', default: false },
  },
});

const work = values.measure ? measureAnew() : simulateNetwork(values.inputs, values.out);
await work.catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

async function simulateNetwork(inputs: string, out: string | undefined): Promise<void> {
  const { text, plots } = networkReport(readInputs(inputs), newestMeasured());
  console.log(text);
  if (out === undefined) return;
  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'capacity.md'), `${text}\n`);
  for (const [name, svg] of Object.entries(plots)) await writeFile(join(out, name), svg);
}

async function measureAnew(): Promise<void> {
  // Only here: it needs the build and the backing services.
  const { measure } = await import('./measure/measure.ts');
  const folder = await mkdtemp(join(tmpdir(), 'sluice-capacity-'));
  try {
    const measured = await measure(folder, (line) => console.log(line));
    await mkdir(RESULTS, { recursive: true });
    const file = join(RESULTS, `${measured.machine.date.slice(0, 10)}-${measured.machine.commit}.json`);
    await writeFile(file, `${JSON.stringify(measured, null, 2)}\n`);
    console.log(`written: ${file}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
