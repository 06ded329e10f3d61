import { openDatabase } from '@sluice/database';
import { openAudit } from '../open-audit.js';
import { sampleEntry } from './audit-place.js';

/** Run as a process of its own: writes records with ids `<prefix>-0` to `<prefix>-<count - 1>` at the same time. */
const [url = '', prefix = '', count = '0'] = process.argv.slice(2);
const database = await openDatabase(url);
const audit = await openAudit(database);
await Promise.all(
  Array.from({ length: Number(count) }, (_, at) => audit.record(sampleEntry({ id: `${prefix}-${at}` }))),
);
await database.close();
