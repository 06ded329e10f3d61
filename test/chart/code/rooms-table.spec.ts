import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOMS } from './rooms.js';
import { roomsTable } from './rooms-table.js';
import { idleUses, sourcesBelow, sourcesOf, unknownUses, waysOf } from './ways-out.js';

const FILE = join(import.meta.dirname, '../../../helm/sluice/files/rooms.json');
/** `standalone`, and what of the command line is no room, are not installed by the chart. */
async function allSources(): Promise<Map<string, string>> {
  const rooms = Object.entries(ROOMS).map(([name, { part }]) => sourcesOf(name, part));
  const found = await Promise.all([...rooms, sourcesBelow('libs/*/src')]);
  return new Map(found.flatMap((each) => [...each]));
}

describe('what the chart knows of the code', () => {
  it('is what the code says (UPDATE_DOCS=1 writes it)', async () => {
    const expected = `${JSON.stringify(await roomsTable(), null, 2)}\n`;
    if (process.env['UPDATE_DOCS']) writeFileSync(FILE, expected);
    expect(existsSync(FILE) ? readFileSync(FILE, 'utf8') : '').toBe(expected);
  });

  it.each(Object.entries(ROOMS))('%s asks for a setting for each door that it opens', async (name, room) => {
    const { rooms } = await roomsTable();
    const asked = ['BUS_URL', 'STORE_URL', 'KEYS_URL', 'DATABASE_URL', 'OTLP_URL'].filter(
      (setting) => setting in room.settings.shape,
    );
    const way = {
      BUS_URL: 'bus',
      STORE_URL: 'store',
      KEYS_URL: 'keys',
      DATABASE_URL: 'database',
      OTLP_URL: 'traces',
    };
    expect(asked.map((setting) => way[setting as keyof typeof way]).sort()).toEqual(
      rooms[name]?.reaches.filter((reached) => reached !== 'models'),
    );
  });

  it('is complete: nothing else in rooms and libraries uses the network', async () => {
    const sources = await allSources();
    expect(unknownUses(sources)).toEqual([]);
    expect(idleUses(sources)).toEqual([]);
  });

  it("a command's room is what it imports: its doors, and nothing of the other commands", async () => {
    const part = ROOMS['admin-door']?.part;
    const files = [...(await sourcesOf('admin-door', part)).keys()];
    for (const file of ['admin/serve-words', 'commands/export', 'doors', 'doctor/check-services'])
      expect(files).toContain(`apps/cli/src/${file}.ts`);
    for (const other of ['commands/push', 'commands/evaluate', 'demo/demo', 'admin/ask-door'])
      expect(files).not.toContain(`apps/cli/src/${other}.ts`);
    expect(await waysOf('admin-door', { app: 'cli', words: ['sign-model'] })).toEqual(['traces']);
  });

  it.each([
    ['a fetch', "await fetch('https://example.org')"],
    ['a socket', "import { connect } from 'node:tls';\nconnect(443);"],
    ['a request', "import { request } from 'node:https';\nrequest('x');"],
  ])('sees %s that is added to a room', (_what, text) => {
    expect(unknownUses(new Map([['apps/scrubbing/src/new.ts', text]]))).toEqual([
      'apps/scrubbing/src/new.ts',
    ]);
  });
});
