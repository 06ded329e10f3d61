import { type Aim, aimsOf, isMet } from './aims.ts';
import { limitsOf } from './limits.ts';
import type { Results } from './results.ts';

const MOST_ROOMS = 4;

/** One line for each aim that was missed: what it would take, what cannot be gone below, and where the main thread spent its time. */
export function missesOf(results: Results): string[] {
  return aimsOf(results)
    .filter((aim) => !isMet(aim))
    .map(
      (aim) =>
        `**${aim.measure}**: ${[needed(aim), floorOf(aim, results), spent(aim, results)].filter(Boolean).join('; ')}.`,
    );
}

function needed({ ours, other, bound, unit }: Aim): string {
  const wanted = other * ('atLeast' in bound ? bound.atLeast : bound.atMost);
  if (unit !== 'inst/s') return `${ours.toFixed(2)} ${unit}, the aim is ${wanted.toFixed(2)}`;
  return `${(1000 / ours).toFixed(2)} ms an instance, the aim asks for ${(1000 / wanted).toFixed(2)}`;
}

/** What sender and durable chain take by themselves, where they were measured. */
function floorOf(aim: Aim, results: Results): string | undefined {
  const limit = limitsOf(results).find(({ doors, load }) => aim.profile === `Sluice ${doors}, ${load}`);
  if (limit?.sender === undefined || limit.floor === undefined) return undefined;
  const { sender, floor, processor, servers } = limit;
  const behind = servers > 0 ? ` and ${servers.toFixed(2)} ms of the servers behind it` : '';
  return (
    `the sender alone takes ${sender.toFixed(2)} ms and the durable chain alone ${floor.toFixed(2)}, together ${(sender + floor).toFixed(2)}; ` +
    `${processor.toFixed(2)} ms of processor time are ours${behind}, shared by ${results.machine.cores} cores`
  );
}

function spent(aim: Aim, { profiles }: Results): string | undefined {
  const profile = profiles.find(({ of }) => of === aim.profile);
  if (!profile) return undefined;
  const rooms = profile.rooms
    .slice(0, MOST_ROOMS)
    .map(({ name, share }) => `${name} ${(share * 100).toFixed(0)} %`)
    .join(', ');
  return `our main thread waits ${(profile.idle * 100).toFixed(0)} % of the time (disk, servers, the sender, other threads) and spends the rest on ${rooms}`;
}
