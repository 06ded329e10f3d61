const STILL_BUSY_MS = 10_000;

/** One line of progress; standard error, so that a program's own output stays its own. */
export function say(line) {
  process.stderr.write(`sluice: ${line}\n`);
}

/** Says what begins, that it goes on every ten seconds, and how long it took. */
export async function sayWhile(what, work) {
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  say(`${what} ...`);
  const timer = setInterval(() => say(`${what}: ${seconds()} s ...`), STILL_BUSY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    say(`${what}: ended after ${seconds()} s`);
  }
}
