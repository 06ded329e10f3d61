let silenced = false;

/**
 * kafkajs 2.2.4 sets a timer with a negative delay after each answer, harmlessly, and has no option against it; Node 24 warns of
 * that on stderr (tulios/kafkajs#1751). All other warnings are shown. `libs/bus` does the same for the rooms.
 */
export function silenceNegativeTimeouts(): void {
  if (silenced) return;
  silenced = true;
  const emitWarning = process.emitWarning.bind(process) as (...parts: unknown[]) => void;
  const filtered = (warning: string | Error, ...rest: unknown[]): void => {
    if (rest[0] !== 'TimeoutNegativeWarning') emitWarning(warning, ...rest);
  };
  process.emitWarning = filtered as typeof process.emitWarning;
}
