import { describe, expect, it } from 'vitest';
import { contentItems } from '../corpus/content-items.ts';
import { followUp } from '../corpus/follow-up.ts';
import { headerRows } from '../corpus/header-rows.ts';
import { overlays } from '../corpus/overlays.ts';
import { personRows } from '../corpus/person-rows.ts';
import type { AnswerSheet, CorpusObject, Planted } from '../corpus/corpus.types.ts';
import { type Item, writeObject } from '../corpus/write-object.ts';
import { allowedFor, EXPECTED_ROWS } from '../expectation/expectation.ts';
import { CONTENT_CONCEPTS } from '../expectation/content-concepts.table.ts';
import { judgeAcross } from './judge-across.ts';
import { judgeIdentifying } from './judge-identifying.ts';
import { judgeMarkers } from './judge-markers.ts';
import { judgePlanted, judgeValue, type Judging } from './judge-planted.ts';
import { type ReadObject, readOutput } from './read-output.ts';

const rows = new Map(EXPECTED_ROWS.map((row) => [row.tag, row]));
const under = (...options: string[]): Judging => ({ rows, options: new Set(options) });
const corpus = [...headerRows(EXPECTED_ROWS)];
const named = (name: string): CorpusObject => corpus.find(({ sheet }) => sheet.name === name)!;
const object = (...elements: Item): ReadObject =>
  readOutput(writeObject([[0x00080016, 'UI', '1.2.3'], [0x00080018, 'UI', '1.2.4'], ...elements]));
const kindsMissed = (checks: readonly { kind: string; passed: boolean }[]) =>
  checks.filter(({ passed }) => !passed).map(({ kind }) => kind);

describe('a scorer that is given originals for outputs', () => {
  it.each([
    'rows-explicit-depth-0',
    'rows-implicit-depth-1',
    'rows-big-endian-depth-3',
    'rows-deflated-depth-1',
  ])('misses every value of %s that had to go', (name) => {
    const { sheet, file } = named(name);
    const checks = judgePlanted(sheet, readOutput(file), under());
    const leaks = checks.filter(({ kind }) => ['text-removed', 'date-shifted', 'uid-changed'].includes(kind));
    expect(leaks.length).toBeGreaterThan(600);
    expect(leaks.filter(({ passed }) => passed)).toEqual([]);
  });

  it('misses the person in every character set', () => {
    const persons = [...personRows(EXPECTED_ROWS)];
    expect(persons.length).toBe(11);
    for (const { sheet, file } of persons) {
      const missed = kindsMissed(judgeIdentifying(sheet, readOutput(file)));
      // Of two spellings of a word, as encoded and in UTF-8, one stands in the original.
      expect([sheet.name, missed.length >= sheet.identifying.length / 2]).toEqual([sheet.name, true]);
    }
  });

  it('misses every concept of a report, both overlays and the text of a document', () => {
    const objects = [...contentItems(), ...overlays()];
    const missed = objects.map(({ sheet, file }) => [
      sheet.name,
      kindsMissed(judgeIdentifying(sheet, readOutput(file))).length,
    ]);
    expect(missed).toEqual([
      ['content-items', 2 * CONTENT_CONCEPTS.length],
      ['document-pdf', 1],
      ['overlay-bitmaps', 1],
      ['overlay-in-pixels', 1],
    ]);
  });

  it('misses the markers', () => {
    const { file } = named('rows-explicit-depth-3');
    expect(kindsMissed(judgeMarkers(readOutput(file), new Set()))).toHaveLength(4);
  });

  it('finds that dates did not move', () => {
    const studies = [...followUp(EXPECTED_ROWS)];
    const released = studies.map(({ sheet, file }) => ({ sheet, output: readOutput(file) }));
    const modified = new Set(['retain-longitudinal-modified-dates']);
    expect(kindsMissed(judgeAcross(released, modified))).toContain('interval-kept');
  });
});

describe('one defect in an output', () => {
  const planted: Planted = {
    row: '00081030',
    path: '00081030',
    vr: 'LO',
    value: 'knee Zqx',
    token: 'Zqx',
    clinical: 'knee',
  };
  const judge = (output: ReadObject, ...options: string[]) =>
    judgeValue(planted, output, allowedFor(rows.get(planted.row)!, new Set(options)));

  it('a text that stays', () =>
    expect(kindsMissed(judge(object([0x00081030, 'LO', 'knee Zqx'])))).toEqual(['text-removed']));
  it('its token in another attribute', () =>
    expect(kindsMissed(judge(object([0x00204000, 'LT', 'see Zqx'])))).toEqual(['text-removed']));
  it('a token that stays in a cleaned text', () =>
    expect(kindsMissed(judge(object([0x00081030, 'LO', 'knee Zqx']), 'clean-descriptors'))).toEqual([
      'text-removed',
    ]));
  it('a clinical word that cleaning lost', () =>
    expect(kindsMissed(judge(object(), 'clean-descriptors'))).toEqual(['text-retained']));
  it('none where the word alone stays', () =>
    expect(kindsMissed(judge(object([0x00081030, 'LO', 'knee']), 'clean-descriptors'))).toEqual([]));

  it('an empty value where a dummy must be, an absent one where one must be empty', () => {
    const of = (row: string, output: ReadObject) =>
      kindsMissed(
        judgeValue(
          { row, path: row, vr: 'SH', value: 'Zqy', token: 'Zqy' },
          output,
          allowedFor(rows.get(row)!, new Set()),
        ),
      );
    expect(of('00380010', object())).toEqual([]);
    expect(of('00080050', object())).toEqual(['tag-retained']);
    expect(of('00081010', object())).toEqual([]);
    expect(rows.get('300A0002')?.basic).toBe('D');
    expect(of('300A0002', object([0x300a0002, 'SH', '']))).toEqual(['text-not-null']);
  });

  it('a date that moved by another number of days, a UID with two successors, two patients in one', () => {
    const sheet = (patient: string): AnswerSheet => ({
      ...{
        name: patient,
        group: 'rows',
        patient,
        identifying: [],
        words: [],
        valid: false,
        outcome: 'released',
      },
      planted: [
        { row: '00080020', path: '00080020', vr: 'DA', value: '20200310' },
        { row: '00080022', path: '00080022', vr: 'DA', value: '20200311' },
        { row: '0020000D', path: '0020000D', vr: 'UI', value: '1.2.3.4' },
      ],
    });
    const output = (first: string, second: string, uid: string) =>
      object(
        [0x00080020, 'DA', first],
        [0x00080022, 'DA', second],
        [0x00100020, 'LO', 'P'],
        [0x0020000d, 'UI', uid],
      );
    const judged = (options: string, ...outputs: ReadObject[]) =>
      kindsMissed(
        judgeAcross(
          outputs.map((one, at) => ({ sheet: sheet(`patient ${at}`), output: one })),
          new Set([options]),
        ),
      );
    const modified = 'retain-longitudinal-modified-dates';
    expect(judged(modified, output('20190310', '20190311', '2.25.1'))).toEqual([]);
    expect(judged(modified, output('20190310', '20190312', '2.25.1'))).toEqual(['interval-kept']);
    expect(judged('', output('', '', '2.25.1'), output('', '', '2.25.2'))).toEqual([
      'uid-consistent',
      'patient-id-consistent',
    ]);
  });
});
