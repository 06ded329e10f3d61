import { createCodecs } from '@sluice/dicom';
import type { PixelTools } from './look/look-at-pixels.js';
import { openTextFinders } from './ocr/text-finders.js';

/** Threads that read text, and seconds for all frames of one object. */
export interface PixelToolOptions {
  readonly threads: number;
  readonly timeoutSeconds: number;
}

/** Codecs and text finders of one process. */
export function openPixelTools({
  threads,
  timeoutSeconds,
}: PixelToolOptions): PixelTools & { close(): Promise<void> } {
  const finders = openTextFinders(threads);
  const codecs = createCodecs({ workers: threads });
  return {
    ...{ finders, codecs, timeoutMs: timeoutSeconds * 1000 },
    close: async () => void (await Promise.all([finders.close(), codecs.close()])),
  };
}
