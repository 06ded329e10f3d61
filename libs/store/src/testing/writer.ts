import { openStore } from '../open-store.js';
import { steadyBody } from './steady-body.js';

/** Run as a process of its own: `once` puts one object and ends; to be killed: `small` puts for ever and prints each ref, `large` prints when it is half way. */
const [url = '', task, folder = ''] = process.argv.slice(2);
const store = await openStore(url);
if (task === 'once') await store.put(`${folder}/once`, Buffer.from('x'));
else if (task === 'small') await Promise.all([1, 2, 3, 4].map(putForEver));
else await store.put(`${folder}/large`, halfABody());

async function putForEver(lane: number): Promise<never> {
  for (let turn = 0; ; turn += 1) {
    const name = `${folder}/lane-${lane}/${turn}`;
    const { ref } = await store.put(name, steadyBody(name, 100_000));
    process.stdout.write(`${JSON.stringify(ref)}\n`);
  }
}

async function* halfABody(): AsyncGenerator<Uint8Array> {
  yield* steadyBody('large', 40 * 1024 * 1024);
  process.stdout.write('half\n');
  await new Promise((resolve) => setTimeout(resolve, 60_000));
}
