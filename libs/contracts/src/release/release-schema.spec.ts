import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ReleaseNoteV1 } from './release-note.js';
import { ReleaseProofV1 } from './release-proof.js';

const FOLDER = new URL('../../../../docs/release/', import.meta.url);
const SCHEMAS = { 'release.note.v1': ReleaseNoteV1, 'release.proof.v1': ReleaseProofV1 };

/** Regenerate by `UPDATE_DOCS=1 npx vitest run libs/contracts/src/release`. */
it.each(Object.entries(SCHEMAS))('the JSON Schema of %s is the one that the code checks', (title, schema) => {
  const page = new URL(`${title}.schema.json`, FOLDER);
  const text = `${JSON.stringify({ title, ...z.toJSONSchema(schema) }, null, 2)}\n`;
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, text);
  expect(readFileSync(page, 'utf8')).toBe(text);
});

describe('a release note', () => {
  const sample = JSON.parse(
    readFileSync(new URL('../../samples/instance.scrubbed.v1.note.json', import.meta.url), 'utf8'),
  ) as { value: { note: Record<string, unknown> } };
  const { note } = sample.value;

  it('has what the schema says', () => {
    expect(ReleaseNoteV1.safeParse(note).success).toBe(true);
  });

  it('has nothing else: no time, no name', () => {
    for (const more of [{ at: '2026-01-01T00:00:00Z' }, { PatientName: 'x' }])
      expect(ReleaseNoteV1.safeParse({ ...note, ...more }).success).toBe(false);
    const after = { ...(note['after'] as object), StudyDate: '20260101' };
    expect(ReleaseNoteV1.safeParse({ ...note, after }).success).toBe(false);
  });
});
