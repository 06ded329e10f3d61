import { examine, type Finding } from '@sluice/contracts';
import { z } from 'zod';

const TIMEOUT_MS = 5_000;
/** A service's own answer takes a few hundred. */
const MOST_ANSWER_BYTES = 64 * 1024;
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
  const parsed = Readiness.safeParse(await jsonOf(answer));
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

/** Undefined for what is no JSON, or longer than any service says. */
async function jsonOf({ body }: Response): Promise<unknown> {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
      sizeBytes += part.length;
      if (sizeBytes > MOST_ANSWER_BYTES) return undefined;
      parts.push(Buffer.from(part));
    }
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    return undefined;
  }
}
