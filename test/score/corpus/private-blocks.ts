import { baseObject } from './base-object.ts';
import type { CorpusObject, Planted } from './corpus.types.ts';
import { type Item, withElements, writeObject } from './write-object.ts';

/** Elements that PS3.15 Table E.3.10-1 calls safe, and others beside them: those, and the same numbers under another creator, never stay. */
const SAFE = [
  { creator: 'Philips PET Private Group', tag: 0x70531000, vr: 'DS', value: '1.6180339' },
  { creator: 'ELSCINT1', tag: 0x00e11021, vr: 'DS', value: '314.159' },
] as const;
const UNSAFE: Item = [
  [0x00190010, 'LO', 'GEMS_NOBODY_01'],
  [0x00191021, 'LO', 'Zqprivatea'],
  [0x00e11022, 'LO', 'Zqprivateb'],
  [0x70530011, 'LO', 'Somebody'],
  [0x70531100, 'DS', '27182.8182'],
  [0x00eb0010, 'LO', 'ELSCINT1 '],
  [0x00eb1021, 'UN', Buffer.from('Zqprivatec')],
];

/** Private blocks whose creators the standard knows, at the top and in an item. */
export function* privateBlocks(): Generator<CorpusObject> {
  const safe: Item = SAFE.flatMap(({ creator, tag, vr, value }): Item => [
    [(tag & 0xffff0000) + 0x10, 'LO', creator],
    [tag, vr, value],
  ]);
  const block = [...safe, ...UNSAFE];
  const name = 'private-blocks';
  const around: Item = [[0x52009229, 'SQ', [block]]];
  yield {
    file: writeObject(withElements(baseObject({ patient: name, object: name }), [...block, ...around])),
    sheet: {
      ...{ name, group: 'private', patient: name, words: [], valid: false, outcome: 'released' },
      planted: [...plantedUnder(''), ...plantedUnder('52009229[0].')],
      identifying: ['Zqprivatea', 'Zqprivateb', 'Zqprivatec', '27182.8182'].map((text) => Buffer.from(text)),
    },
  };
}

function plantedUnder(path: string): Planted[] {
  return SAFE.map(({ tag, vr, value }) => ({
    ...{ row: 'safe-private', vr, value, token: value },
    path: `${path}${(tag >>> 0).toString(16).padStart(8, '0').toUpperCase()}`,
  }));
}
