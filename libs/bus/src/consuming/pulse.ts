import type { InHandJournal } from '../bus.js';

const BEAT_EVERY_MS = 1_000;

/** Keeps the lease of a journal's owner alive while a batch is worked. The returned function ends it. */
export function startPulse(journal: InHandJournal | undefined): () => void {
  if (!journal) return () => undefined;
  const timer = setInterval(() => void journal.beat().catch(() => undefined), BEAT_EVERY_MS);
  return () => clearInterval(timer);
}
