import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeSettings, settingsTable } from './describe-settings.js';
import {
  busOptions,
  busSettings,
  databaseSettings,
  hostSettings,
  keysSettings,
  storeSettings,
} from './fragments.js';
import { readSettings } from './read-settings.js';

const schema = z.object({
  ...hostSettings,
  ...busSettings,
  ...storeSettings,
  ...keysSettings,
  ...databaseSettings,
});
const good = {
  BUS_URL: 'embedded:/data/bus',
  STORE_URL: 'file:/data/store',
  KEYS_URL: 'local:/data/keys',
  DATABASE_URL: 'sqlite:/data/db',
};
const folder = mkdtempSync(join(tmpdir(), 'settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

function secretFile(text: string): string {
  const path = join(folder, `${Math.random()}`);
  writeFileSync(path, text);
  return path;
}

const wrong = (detail: string): unknown =>
  expect.objectContaining({ code: 'SERVICE_CONFIG_INVALID', kind: 'fatal', detail });

describe('readSettings', () => {
  it('reads what the schema names, with its defaults', () => {
    const settings = readSettings(schema, { ...good, HTTP_PORT: '9000', OTHER: 'x' });
    expect(settings).toMatchObject({ HTTP_PORT: 9000, LOG_LEVEL: 'info', BUS_URL: 'embedded:/data/bus' });
    expect(settings).not.toHaveProperty('OTHER');
  });

  it('reports every problem at once, by name, and no value', () => {
    const environment = {
      BUS_URL: 'MARKER1',
      STORE_URL: '',
      HTTP_PORT: '70000',
      LOG_LEVEL: 'MARKER2',
      KAFKA_PASSWORD: 'x'.repeat(2000),
      DATABASE_URL_FILE: '/MARKER3',
      KEYS_URL: 'local:/keys',
    };
    const read = (): unknown => readSettings(schema, environment);
    expect(read).toThrow(
      wrong(
        'DATABASE_URL: its file cannot be read; HTTP_PORT: too big or too long; LOG_LEVEL: not one of the allowed values; ' +
          'BUS_URL: wrong format; KAFKA_PASSWORD: too big or too long; STORE_URL: missing',
      ),
    );
  });

  it('reads a secret from a file and cuts its last line break off', () => {
    const DATABASE_URL_FILE = secretFile('sqlite:/secret\n');
    const { DATABASE_URL: _without, ...rest } = good;
    expect(readSettings(schema, { ...rest, DATABASE_URL_FILE }).DATABASE_URL).toBe('sqlite:/secret');
  });

  it('refuses a setting that is given twice, or a file too long for any setting', () => {
    expect(() => readSettings(schema, { ...good, BUS_URL_FILE: secretFile('embedded:/other') })).toThrow(
      wrong('BUS_URL: set twice, also by its file'),
    );
    const long = secretFile(`embedded:${'x'.repeat(8_000_000)}`);
    expect(() => readSettings(schema, { ...good, BUS_URL: '', BUS_URL_FILE: long })).toThrow(
      wrong('BUS_URL: its file is too long'),
    );
  });

  it('withholds the text of a rule that an app wrote itself', () => {
    const own = z.object({
      PEERS: z.string().refine((text) => text === 'x', { error: (issue) => `bad: ${String(issue.input)}` }),
    });
    expect(() => readSettings(own, { PEERS: 'MARKER' })).toThrow(wrong('PEERS: not valid'));
    const together = z.object({ A: z.string(), B: z.string() }).refine(({ A, B }) => A === B);
    expect(() => readSettings(together, { A: 'MARKER', B: 'x' })).toThrow(
      wrong('settings together: not valid'),
    );
  });
});

describe('describeSettings', () => {
  it('tells name, default and description, through wrappers', () => {
    const rows = describeSettings(
      z.object({
        A: z.coerce.number().describe('Inner.').default(3),
        B: z.string().optional().describe('Outer.'),
        C: z.string(),
      }),
    );
    expect(rows).toEqual([
      { name: 'A', default: '3', required: false, description: 'Inner.' },
      { name: 'B', default: undefined, required: false, description: 'Outer.' },
      { name: 'C', default: undefined, required: true, description: '' },
    ]);
  });

  it('has a description for every common setting', () => {
    expect(describeSettings(schema).filter((row) => row.description === '')).toEqual([]);
    expect(settingsTable(schema)).toContain('| `BUS_URL` | required | The corridor');
    expect(settingsTable(schema)).toContain('| `HTTP_PORT` | `8080` |');
  });

  it('gives the bus what is set and nothing else', () => {
    expect(busOptions('intake', readSettings(schema, { ...good, KAFKA_USERNAME: 'u' }))).toEqual({
      clientId: 'intake',
      username: 'u',
    });
  });
});
