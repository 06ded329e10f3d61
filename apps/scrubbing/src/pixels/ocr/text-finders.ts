import type { TextFinder, TextFinders } from './text-finder.js';
import { createTesseract } from './text-finder-tesseract.js';

interface Reader {
  waiting: number;
  readonly english: TextFinder;
  readonly chinese: TextFinder;
}

/** Text finders for `threads` pictures at once. No thread is started before the first picture. */
export function openTextFinders(threads: number): TextFinders {
  const readers = Array.from({ length: threads }, (): Reader => ({
    waiting: 0,
    english: createTesseract(),
    chinese: createTesseract({ chinese: true }),
  }));

  return {
    async find(picture, { chinese, passes }) {
      const reader = readers.reduce((least, one) => (one.waiting < least.waiting ? one : least));
      reader.waiting += 1;
      try {
        return await (chinese ? reader.chinese : reader.english).find(picture, passes);
      } finally {
        reader.waiting -= 1;
      }
    },
    async close() {
      await Promise.all(readers.flatMap(({ english, chinese }) => [english.close(), chinese.close()]));
    },
  };
}
