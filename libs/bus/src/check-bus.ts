import { examine, type Finding } from '@sluice/contracts';
import type { Bus } from './bus.js';
import { type BusOptions, parseBusUrl } from './bus-url.js';
import { openBus } from './open-bus.js';

/** Which groups' and tenants' topics must be there beside the corridor's. */
export interface TopicsCheck {
  readonly groups: readonly string[];
  readonly tenants: readonly string[];
}

const CREATE = 'Start the services, which create them where they may, or create them as the chart does.';

/**
 * Asks the corridor whether it answers and keeps the topic contract (law 6); creates nothing. When it does not answer, that row alone.
 * @throws SluiceError BUS_URL_INVALID
 */
export async function checkBus(
  url: string,
  options: BusOptions,
  wanted: TopicsCheck,
): Promise<readonly Finding[]> {
  const address = parseBusUrl(url);
  const bus = await openBus(url, options);
  try {
    const reached = await examine('reachable', '', async () => {
      await bus.probe();
      return address.scheme === 'kafka' ? 'the brokers answer' : 'the folder answers';
    });
    if (reached.state === 'bad') return [reached];
    const topics = await checkTopics(bus, wanted);
    return address.scheme === 'kafka'
      ? [reached, await checkBrokers(bus, address.replication), ...topics]
      : [reached, ...topics];
  } finally {
    await bus.close();
  }
}

function checkBrokers(bus: Bus, replication: number): Promise<Finding> {
  return examine('brokers', '', async () => {
    const { brokers = 0 } = await bus.inspectTopics({ groups: [], tenants: [] });
    const found = `${brokers} for replication ${replication}`;
    if (brokers < replication)
      return {
        state: 'bad',
        found,
        fix: 'Add brokers; a single node must say replication=1&minIsr=1 in BUS_URL.',
      };
    if (replication >= 3) return found;
    return {
      state: 'note',
      found,
      fix: 'One disk that dies takes events with it: an installation for patients has 3.',
    };
  });
}

async function checkTopics(bus: Bus, wanted: TopicsCheck): Promise<readonly Finding[]> {
  const broken: Finding[] = [];
  const summary = await examine('topics', '', async () => {
    const found = await bus.inspectTopics(wanted);
    for (const problem of found.broken) {
      const [what = '', ...fix] = problem.split(': ');
      broken.push({ check: 'topic contract', state: 'bad', found: what, fix: fix.join(': ') || what });
    }
    if (found.missing.length === 0) return `${found.topics} are there`;
    return { state: 'bad', found: `missing: ${found.missing.join(', ')}`, fix: CREATE };
  });
  return [summary, ...broken];
}
