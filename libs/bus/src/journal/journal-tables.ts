import type { Kysely, Migration } from '@sluice/database';

/** The journal's tables as one group has them; their names begin with the group's. */
export interface JournalTables {
  /** Who works: `host` is the place where its process id means something; `beat_ms` by the clock of the database. */
  owner: { id: string; host: string; pid: number; start: string; beat_ms: number };
  /** Which records an owner has in hand; `alone` is 1 where nothing else was at work. */
  hand: { owner: string; record: string; alone: number };
  /** How often a record was in hand when its owner died. */
  death: { record: string; deaths: number };
}

/** Physical names: `<group>_owner`, `<group>_hand`, `<group>_death`. */
export interface JournalNames {
  readonly owner: string;
  readonly hand: string;
  readonly death: string;
}

/** A group's name as the beginning of a table's name: a room's own tables, so that each room has its own database role. */
export function journalNames(group: string): JournalNames {
  const room = roomOf(group);
  return { owner: `${room}_owner`, hand: `${room}_hand`, death: `${room}_death` };
}

/** A group's name in the letters that a table's may have. */
export function roomOf(group: string): string {
  return group
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '_')
    .slice(0, 24);
}

/** The name that `database.migrate` is given for a group's journal, and its migrations. */
export function handMigrations(group: string): { room: string; migrations: Record<string, Migration> } {
  return { room: `${roomOf(group)}_hand`, migrations: journalMigrations(journalNames(group)) };
}

/** The journal's tables for one group. */
function journalMigrations(names: JournalNames): Record<string, Migration> {
  return {
    '001-in-hand': {
      up: async (tables: Kysely<unknown>) => {
        await tables.schema
          .createTable(names.owner)
          .addColumn('id', 'varchar(36)', (column) => column.primaryKey())
          .addColumn('host', 'varchar(255)', (column) => column.notNull())
          .addColumn('pid', 'integer', (column) => column.notNull())
          .addColumn('start', 'varchar(128)', (column) => column.notNull())
          .addColumn('beat_ms', 'bigint', (column) => column.notNull())
          .execute();
        await tables.schema
          .createTable(names.hand)
          .addColumn('owner', 'varchar(36)', (column) => column.notNull())
          .addColumn('record', 'varchar(512)', (column) => column.notNull())
          .addPrimaryKeyConstraint(`${names.hand}_key`, ['owner', 'record'])
          .execute();
        await tables.schema
          .createTable(names.death)
          .addColumn('record', 'varchar(512)', (column) => column.primaryKey())
          .addColumn('deaths', 'integer', (column) => column.notNull())
          .execute();
      },
    },
    '002-alone': {
      up: async (tables: Kysely<unknown>) => {
        await tables.schema
          .alterTable(names.hand)
          .addColumn('alone', 'integer', (column) => column.notNull().defaultTo(0))
          .execute();
      },
    },
  };
}
