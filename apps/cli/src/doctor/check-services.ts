import { examine, type Finding } from '@sluice/contracts';
import { z } from 'zod';

const TIMEOUT_MS = 5_000;
const Readiness = z.object({
  ready: z.boolean(),
  phase: z.string().max(32),
  checks: z.record(z.string().max(128), z.enum(['ok', 'failing'])),
});

/** Asks each service, given by the URL of its HTTP port, whether it is ready and if not, why. */
export function checkServices(urls: readonly string[]): Promise<readonly Finding[]> {
  return Promise.all(urls.map((url) => examine(url, '', () => readiness(url))));
}

async function readiness(url: string): Promise<string | Omit<Finding, 'check'>> {
  const answer = await fetch(new URL('/health/ready', url), {
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: 'error',
  }).catch(() => undefined);
  if (!answer)
    return { state: 'bad', found: 'no answer', fix: 'Start it, and check the address and the network.' };
  const parsed = Readiness.safeParse(await answer.json().catch(() => undefined));
  if (!parsed.success)
    return {
      state: 'bad',
      found: `answers ${answer.status}, but is no service of Sluice`,
      fix: 'Check the address.',
    };
  const { ready, phase, checks } = parsed.data;
  const failing = Object.keys(checks).filter((name) => checks[name] === 'failing');
  if (ready) return `ready, ${Object.keys(checks).length} checks`;
  return {
    state: 'bad',
    found: `not ready: ${phase}${failing.length > 0 ? `, failing: ${failing.join(', ')}` : ''}`,
    fix: 'See the rows of the doors that fail, and its log.',
  };
}
