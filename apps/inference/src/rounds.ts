import type { Kysely } from '@sluice/database';
import { isSluiceError } from '@sluice/contracts';
import type { Log } from '@sluice/service';
import { type GateDoors, openGate } from './gate/gate.js';
import { type Say, sayInstances, saySeries } from './gate/say-inferred.js';
import type { InferenceTables } from './rows/tables.js';

export interface RoundsOptions extends GateDoors {
  readonly tables: Kysely<InferenceTables>;
  readonly say: Say;
  /** A series passes the gate when nothing came for this long. */
  readonly quietMs: number;
  readonly everyMs: number;
  /** After each round. */
  readonly onRound?: () => Promise<void>;
  /** There are new jobs. */
  readonly onJobs: () => void;
  readonly log: Pick<Log, 'error'>;
  readonly onFatal: (error: unknown) => void;
}

/** What no event starts: quiet series get jobs, finished objects and series are said. Every process goes round; what two say, they say in the same words. */
export interface Rounds {
  /** Goes round soon. */
  hurry(): void;
  stop(): Promise<void>;
}

export function startRounds(given: RoundsOptions): Rounds {
  const options = { ...given, bus: { deadLetters: { list: seldom(given) } } };
  let stopped = false;
  let going: Promise<void> | undefined;
  const tick = () => {
    if (stopped) return;
    going ??= goRound(options)
      .catch((error: unknown) => report(options, error))
      .finally(() => (going = undefined));
  };
  const timer = setInterval(tick, options.everyMs);
  return {
    hurry: tick,
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await going;
      // What was finished while the process drains is said before it goes.
      await goRound(options).catch((error: unknown) => report(options, error));
    },
  };
}

/** One round; each step takes what the one before left. */
export async function goRound(options: RoundsOptions): Promise<void> {
  if ((await openGate(options, options)) > 0) options.onJobs();
  while ((await sayInstances(options.tables, options.say)) > 0);
  while ((await saySeries(options.tables, options.say)) > 0);
  await options.onRound?.();
}

/** On Kafka a list of letters is a scan of their topic by a group of its own: one of less than a quiet time ago will do. */
function seldom({ bus, quietMs }: RoundsOptions): GateDoors['bus']['deadLetters']['list'] {
  let last: { readonly at: number; readonly letters: ReturnType<typeof bus.deadLetters.list> } | undefined;
  return async (group) => {
    if (!last || performance.now() - last.at >= quietMs)
      last = { at: performance.now(), letters: bus.deadLetters.list(group) };
    try {
      return await last.letters;
    } catch (error) {
      last = undefined;
      throw error;
    }
  };
}

function report({ log, onFatal }: RoundsOptions, error: unknown): void {
  if (isSluiceError(error) && error.kind === 'fatal') onFatal(error);
  else log.error('a round ended early', error);
}
