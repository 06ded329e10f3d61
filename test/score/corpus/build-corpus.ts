import type { ExpectedRow } from '../expectation/expectation.ts';
import { contentItems } from './content-items.ts';
import type { CorpusObject } from './corpus.types.ts';
import { followUp } from './follow-up.ts';
import { headerRows } from './header-rows.ts';
import { overlays } from './overlays.ts';
import { personRows } from './person-rows.ts';
import { privateBlocks } from './private-blocks.ts';

/** Every object whose header is judged. */
export function headerCorpus(rows: readonly ExpectedRow[]): CorpusObject[] {
  return [
    ...headerRows(rows),
    ...personRows(rows),
    ...followUp(rows),
    ...privateBlocks(),
    ...contentItems(),
    ...overlays(),
  ];
}

/** How many objects of each group there are. */
export function countGroups(corpus: readonly CorpusObject[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { sheet } of corpus) counts[sheet.group] = (counts[sheet.group] ?? 0) + 1;
  return counts;
}
