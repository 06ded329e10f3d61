import { join } from 'node:path';
import type { CorpusObject } from './corpus/corpus.types.ts';
import type { Held, ProfileScore } from './score.ts';
import { illFormed, judgeReadable } from './scorer/judge-readable.ts';
import type { OtherReader } from './scorer/other-readers.ts';

/** Held for what they are, not for what is wrong with them (issue of the score: conflicts and documents are not counted). */
const BY_POLICY = /^(?:SCRUBBING_DOCUMENT_DROPPED|SCRUBBING_CONFLICT)\b/;

interface Looked {
  readonly corpus: readonly CorpusObject[];
  /** The inputs. */
  readonly folder: string;
  readonly readers: readonly OtherReader[];
  /** Paths of what was released, by object. */
  readonly outputs: ReadonlyMap<string, string>;
}

/** A profile's score with what other readers make of its outputs, why held files are not well-formed, and what share of the others was released. */
export function withLookOfOthers(score: ProfileScore, look: Looked): ProfileScore {
  const { corpus, folder, readers, outputs } = look;
  const pathOf = (object: string): string => join(folder, `${object}.dcm`);
  const became = [...outputs].map(([object, output]) => ({ object, output, original: pathOf(object) }));
  const files = new Map(corpus.map(({ sheet, file }) => [sheet.name, file]));
  const reached = readers.map((reader) => reader.read(score.held.map(({ object }) => pathOf(object))));
  const held = score.held.map((one): Held => {
    const reaches = reached.map((reach) => reach.get(pathOf(one.object)) ?? 'none');
    const why = illFormed(files.get(one.object) as Buffer, reaches);
    return why === undefined ? one : { ...one, illFormed: why };
  });
  const counted = held.filter(({ illFormed: why, reason }) => why === undefined && !BY_POLICY.test(reason));
  return {
    ...score,
    held,
    checks: [...score.checks, ...judgeReadable(became, readers)],
    wellFormed: { released: score.released, total: score.released + counted.length },
  };
}
