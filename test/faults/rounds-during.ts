/**
 * One round before `work` begins, rounds while it goes on (at most `most` in all), and one after it. What fails, fails when both have
 * ended: neither is left to itself. @throws what `work` or a round threw
 */
export async function roundsDuring(
  work: () => Promise<void>,
  round: () => Promise<void>,
  most: number,
): Promise<void> {
  await round();
  let left = most - 1;
  let working = true;
  const rounds = async () => {
    do await round();
    while (working && --left > 0);
  };
  const ended = await Promise.allSettled([work().finally(() => (working = false)), rounds()]);
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
  await round();
}
