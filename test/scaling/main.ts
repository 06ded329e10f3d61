// `npm run scaling [-- --instances=5000] [-- --share=1500]`: real KEDA on real lag moves real workers; writes one dated result.
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isComplete, markdownOf } from './report/markdown.ts';
import { plotOf } from './report/plot.ts';
import { runScaling } from './scaling.ts';

const { values } = parseArgs({
  options: {
    instances: { type: 'string', default: '5000' },
    share: { type: 'string', default: '1500' },
    results: { type: 'string', default: fileURLToPath(new URL('results', import.meta.url)) },
    keep: { type: 'boolean', default: false },
  },
});

const folder = await mkdtemp(join(tmpdir(), 'sluice-scaling-'));
// PostgreSQL's own user passes through to its folder; nothing in here is anybody's.
await chmod(folder, 0o711);
try {
  const results = await runScaling({
    instances: Number(values.instances),
    share: Number(values.share),
    folder,
    say: (line) => console.log(line),
  });
  const file = join(values.results, `${results.machine.date.slice(0, 10)}-${results.machine.commit}`);
  await mkdir(values.results, { recursive: true });
  await writeFile(`${file}.json`, `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(`${file}.svg`, plotOf(results));
  await writeFile(`${file}.md`, markdownOf(results, `${basename(file)}.svg`));
  console.log(`written: ${file}.md`);
  const most = Math.max(...results.samples.map(({ asked }) => asked));
  // A run in which none was killed has not shown what becomes of its work.
  if (!isComplete(results.counts) || most < 2 || results.killedAfter === undefined) {
    const killed = results.killedAfter === undefined ? 'none was killed' : 'one was killed';
    console.log(`FAILED: ${JSON.stringify(results.counts)}, most workers ${most}, ${killed}`);
    process.exitCode = 1;
  }
} finally {
  if (values.keep) console.log(`kept: ${folder}`);
  else await rm(folder, { recursive: true, force: true });
}
