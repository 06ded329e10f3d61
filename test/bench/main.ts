// `npm run bench [-- --rough] [-- --only=embedded,real,rewrite,scrub,deidentify,seal,inference,path,profile]`: measures, and writes one dated result file.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runBench } from './bench.ts';
import { aimsOf, isMet, ratioOf } from './report/aims.ts';
import { markdownOf } from './report/markdown.ts';

const PARTS = ['embedded', 'real', 'rewrite', 'scrub', 'deidentify', 'seal', 'inference', 'path', 'profile'];

const { values } = parseArgs({
  options: {
    rough: { type: 'boolean', default: false },
    only: { type: 'string', default: PARTS.join(',') },
    results: { type: 'string', default: fileURLToPath(new URL('results', import.meta.url)) },
  },
});
const parts = new Set(values.only.split(','));
const unknown = [...parts].filter((part) => !PARTS.includes(part));
if (unknown.length > 0) throw new Error(`no such part: ${unknown.join(', ')}; there are ${PARTS.join(', ')}`);

const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
try {
  const results = await runBench({ rough: values.rough, parts, folder, say: (line) => console.log(line) });
  const file = join(values.results, `${results.machine.date.slice(0, 10)}-${results.machine.commit}`);
  await mkdir(values.results, { recursive: true });
  await writeFile(`${file}.json`, `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(`${file}.md`, markdownOf(results));
  for (const aim of aimsOf(results))
    console.log(`${isMet(aim) ? 'met   ' : 'MISSED'} ${ratioOf(aim).toFixed(2)} ${aim.measure}`);
  console.log(`written: ${file}.md`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
