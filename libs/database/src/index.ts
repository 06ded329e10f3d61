export type { Database } from './database.js';
export { sql, type Generated, type Kysely, type Migration, type Selectable } from 'kysely';
