import { stat } from 'node:fs/promises';

/** A larger file has the process for itself: two films would take twice the memory. */
const MOST_BESIDE_BYTES = 16 * 1024 * 1024;

/** What came of one file. */
export interface Done<L> {
  readonly file: string;
  readonly line: L;
}

/**
 * The results of `work` in the files' order; while a thread looks at one small file's output, the next is begun. Throws as `work` does,
 * after the result of what was begun beside the file that failed: it may be released, and then somebody must hear of it.
 */
export async function* oneAhead<L>(
  files: readonly string[],
  work: (file: string, at: number) => Promise<L>,
): AsyncGenerator<Done<L>> {
  const begin = (at: number) => heard(work(files[at] ?? '', at));
  let begun: Promise<L> | undefined;
  try {
    for (const [at, file] of files.entries()) {
      const current = begun ?? begin(at);
      const next = files[at + 1];
      begun = next !== undefined && (await areSmall(file, next)) ? begin(at + 1) : undefined;
      const [ended] = await Promise.allSettled([current]);
      if (ended.status === 'rejected') {
        yield* doneWell(next ?? '', begun);
        throw ended.reason;
      }
      yield { file, line: ended.value };
    }
  } finally {
    await begun?.catch(() => undefined);
  }
}

/** Whoever waits for it later hears of its failure then. */
function heard<L>(line: Promise<L>): Promise<L> {
  line.catch(() => undefined);
  return line;
}

async function* doneWell<L>(file: string, begun: Promise<L> | undefined): AsyncGenerator<Done<L>> {
  const [ended] = await Promise.allSettled(begun ? [begun] : []);
  if (ended?.status === 'fulfilled') yield { file, line: ended.value };
}

/** What cannot be asked for its size is alone: whoever reads it says why. */
async function areSmall(...files: readonly string[]): Promise<boolean> {
  const sizes = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => Infinity,
      ),
    ),
  );
  return sizes.every((bytes) => bytes <= MOST_BESIDE_BYTES);
}
