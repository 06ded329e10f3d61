import { say } from '../../deploy/set-up/say.mjs';

/** What a run may take, set-up included: whoever gives it an hour sees its last line. */
export const RUN_MINUTES = Number(process.env.SLUICE_TEST_MINUTES) || 55;
/** What ending may take. */
const GRACE_MS = 120_000;

/** Why a run that took too long is no success. */
export const TOO_LONG = `the run was ended after ${RUN_MINUTES} minutes: what had not ended by then is not in the counts`;

/**
 * Calls `end` when the run that began at `startedAt` has taken too long, and `giveUp` when it has not ended soon after. Gives what
 * stops the watch.
 */
export function watchDeadline(startedAt, { end, giveUp, graceMs = GRACE_MS }) {
  const leftMs = Math.max(0, startedAt + RUN_MINUTES * 60_000 - Date.now());
  const timers = [
    setTimeout(() => {
      say(`${RUN_MINUTES} minutes are over: what still runs is ended`);
      end();
    }, leftMs),
    setTimeout(giveUp, leftMs + graceMs),
  ];
  return () => timers.forEach(clearTimeout);
}
