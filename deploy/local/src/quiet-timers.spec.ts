import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { silenceNegativeTimeouts } from './quiet-timers.js';

it('warns of no timer with a negative delay, and of all else as before', async () => {
  const seen: string[] = [];
  const listener = (warning: Error): void => void seen.push(warning.name);
  process.on('warning', listener);
  try {
    silenceNegativeTimeouts();
    silenceNegativeTimeouts();
    process.emitWarning('-1 is a negative number', 'TimeoutNegativeWarning');
    process.emitWarning('something else', 'OtherWarning');
    await turn();
    expect(seen).toEqual(['OtherWarning']);
  } finally {
    process.off('warning', listener);
  }
});
