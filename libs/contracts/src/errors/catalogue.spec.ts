import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isSluiceError, SluiceError, toSluiceError } from '../sluice-error.js';
import { ERRORS, type ErrorCode } from './catalogue.js';
import type { ErrorEntry } from './entry.js';
import { errorsPage } from './errors-page.js';

const NO_ROOM = ['catalogue', 'entry', 'errors-page'];
const rooms = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .filter((name) => !NO_ROOM.includes(name));

async function codesOf(room: string): Promise<readonly (readonly [string, ErrorEntry])[]> {
  const tables = Object.values((await import(`./${room}.ts`)) as Record<string, Record<string, ErrorEntry>>);
  return tables.flatMap((table) => Object.entries(table));
}

describe('the error catalogue', () => {
  it.each(rooms)('holds every code of %s, each with the room as its prefix', async (room) => {
    const codes = await codesOf(room);
    expect(codes.length).toBeGreaterThan(0);
    for (const [code, entry] of codes) {
      expect(code).toMatch(new RegExp(`^${room.toUpperCase()}_[A-Z0-9_]+$`));
      expect(ERRORS[code as ErrorCode]).toBe(entry);
    }
  });

  it('has each code once, and none that belongs to no room', async () => {
    const codes = (await Promise.all(rooms.map(codesOf))).flat().map(([code]) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(Object.keys(ERRORS).sort()).toEqual(['UNEXPECTED', ...codes].sort());
  });

  it.each(Object.entries(ERRORS))('%s tells an operator what to do', (_code, { hint, dimse, http }) => {
    expect(hint).toMatch(/^[A-Z].{10,220}\.$/);
    if (dimse !== undefined) expect(dimse).toBeGreaterThan(0);
    if (dimse !== undefined) expect(dimse).toBeLessThanOrEqual(0xffff);
    if (http !== undefined) expect([4, 5]).toContain(Math.floor(http / 100));
  });

  it.each(Object.entries(ERRORS))(
    '%s: out of resources (A7xx) is for what may pass, and only for that',
    (_code, { kind, dimse }) => {
      if (dimse !== undefined) expect(dimse >> 8 === 0xa7).toBe(kind === 'transient');
    },
  );

  it('is what docs/errors.md says (UPDATE_DOCS=1 writes it)', () => {
    const docs = join(import.meta.dirname, '../../../../docs');
    const page = errorsPage(ERRORS);
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(join(docs, 'errors.md'), page);
    expect(readFileSync(join(docs, 'errors.md'), 'utf8')).toBe(page);
  });
});

describe('SluiceError', () => {
  it('takes its kind from the catalogue and keeps its cause out of its text', () => {
    const error = new SluiceError('STORE_UNAVAILABLE', { detail: 'put', cause: new Error('MARKER^JOHN') });
    expect(error.kind).toBe('transient');
    expect(error.message).toBe('STORE_UNAVAILABLE: put');
    expect(JSON.stringify(error)).not.toContain('MARKER');
  });

  it('makes a bug of whatever else is thrown', () => {
    for (const thrown of [new TypeError('MARKER'), 'MARKER', undefined, null, 7]) {
      expect(toSluiceError(thrown)).toMatchObject({
        code: 'UNEXPECTED',
        kind: 'unexpected',
        message: 'UNEXPECTED',
      });
    }
  });

  it('is not fooled by a code that every object has', () => {
    const forged = Object.assign(new Error('x'), { name: 'SluiceError', code: 'constructor' });
    expect(isSluiceError(forged)).toBe(false);
  });
});
