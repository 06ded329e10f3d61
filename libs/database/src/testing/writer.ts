import { createBatcher } from '../batcher.js';
import { openDatabase } from '../open-database.js';
import { SUITE_MIGRATIONS, type TestTables } from './tables.js';

/** Run as a process of its own: `migrate` once, or `write` rows for ever and print each id after its commit. */
const [url = '', task, owner = ''] = process.argv.slice(2);
const database = await openDatabase(url);
await database.migrate('suite', SUITE_MIGRATIONS);
if (task === 'write') await writeForEver();
await database.close();

async function writeForEver(): Promise<never> {
  const batcher = createBatcher<TestTables['suite_rows']>({
    maxRows: 50,
    maxWaitMs: 0,
    write: async (rows) =>
      void (await database
        .tables<TestTables>()
        .insertInto('suite_rows')
        .values([...rows])
        .execute()),
  });
  for (let turn = 0; ; turn += 1) {
    const ids = Array.from({ length: 20 }, (_, at) => `${owner}-${turn}-${at}`);
    await Promise.all(
      ids.map((id) =>
        batcher.add({ id, owner, amount: turn, bytes: null }).then(() => process.stdout.write(`${id}\n`)),
      ),
    );
  }
}
