import { stat } from 'node:fs/promises';

/** A larger file has the process for itself: two films would take twice the memory. */
const MOST_BESIDE_BYTES = 16 * 1024 * 1024;

/** The results of `work` in the files' order; while a thread looks at one small file's output, the next is begun. Throws as `work` does. */
export async function* oneAhead<L>(
  files: readonly string[],
  work: (file: string, at: number) => Promise<L>,
): AsyncGenerator<L> {
  let begun: Promise<L> | undefined;
  try {
    for (const [at, file] of files.entries()) {
      const current = begun ?? heard(work(file, at));
      const next = files[at + 1];
      begun = next && (await areSmall(file, next)) ? heard(work(next, at + 1)) : undefined;
      yield await current;
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

async function areSmall(...files: readonly string[]): Promise<boolean> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return sizes.every((bytes) => bytes <= MOST_BESIDE_BYTES);
}
