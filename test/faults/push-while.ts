import type { PhantomInstance } from '@sluice/samples';
import { roundsDuring } from './rounds-during.js';
import { pushLikeAModality, smallStudies, type Push } from './push-like-a-modality.js';

const ROUND = 100;
const MOST_ROUNDS = 60;

/** What was pushed in all. */
export interface LongPush extends Push {
  readonly offered: number;
}

/** Pushes round after round from before `work` begins until after it has ended, so that all of it happens during a push. */
export async function pushWhile(
  port: number,
  work: () => Promise<void>,
  firstSeed: number,
): Promise<LongPush> {
  const acknowledged = new Set<PhantomInstance>();
  const refusals: Record<string, number> = {};
  let offered = 0;
  const pushRound = async () => {
    const sent = smallStudies(firstSeed + offered / ROUND, ROUND);
    offered += ROUND;
    const push = await pushLikeAModality(port, sent);
    for (const instance of push.acknowledged) acknowledged.add(instance);
    for (const [what, count] of Object.entries(push.refusals)) refusals[what] = (refusals[what] ?? 0) + count;
  };
  await roundsDuring(work, pushRound, MOST_ROUNDS);
  return { acknowledged, refusals, offered };
}
