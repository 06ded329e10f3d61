import type { Desk } from '../desk.js';
import type { Output } from '../output.js';

/** Tells a person how far a piece of work is whose length is an estimate. */
export interface Meter {
  /** Call it with every page and piece. @throws SluiceError CLI_PERSON_GONE when nobody waits for it any more */
  at(done: number, total: number): void;
  end(): void;
}

/** A meter of its own for each piece of work, by its label. */
export function meterOf(output: Output, { ended }: Pick<Desk, 'ended'>): (label: string) => Meter {
  return (label) => {
    let last = 0;
    return {
      at: (done, total) => {
        ended.throwIfAborted();
        last = done;
        output.progress(label, done, Math.max(done + 1, total));
      },
      end: () => output.progress(label, last, last),
    };
  };
}
