import type { StackRecord } from '../record.js';
import type { Say } from '../stack.types.js';

/** What one server needs to know to be run. */
export interface Place {
  /** Its own folder, already there. */
  readonly folder: string;
  readonly port: number;
  readonly record: StackRecord;
}

/** How to run a server as a plain process. */
export interface Recipe {
  /** Fetches the program; gives the command to run it, made ready for a new folder. */
  prepare(place: Place, say: Say): Promise<Command>;
  /** The polite end. */
  readonly stopSignal: NodeJS.Signals;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Record<string, string>;
  readonly uid?: number;
  readonly gid?: number;
  /** Before each start: what a killed server leaves and does not mend itself. */
  mend?(): Promise<void>;
}
