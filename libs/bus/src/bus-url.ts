import { SluiceError } from '@sluice/contracts';

/** What does not belong in a URL: names and secrets. Certificates and keys are PEM text. */
export interface BusOptions {
  /** Names this client to the brokers: the room. Default `sluice`. */
  readonly clientId?: string;
  readonly username?: string;
  readonly password?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** `kafka://host:9092,host:9092?tls=true&sasl=scram-sha-512&partitions=12&replication=3&minIsr=2&topicPrefix=&sessionTimeoutMs=10000`. */
export interface KafkaAddress {
  readonly scheme: 'kafka';
  readonly brokers: readonly string[];
  readonly tls: boolean;
  readonly sasl?: 'scram-sha-256' | 'scram-sha-512';
  /** Partitions of a corridor topic, at the least. */
  readonly partitions: number;
  readonly replication: number;
  readonly minIsr: number;
  /** Put before topic and group names on a cluster that is shared. */
  readonly topicPrefix: string;
  readonly sessionTimeoutMs: number;
}

/** `embedded:DIR`. */
export interface EmbeddedAddress {
  readonly scheme: 'embedded';
  readonly folder: string;
}

const BROKER = /^(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:]{2,45}\]):\d{1,5}$/;
const PARAMETERS = ['tls', 'sasl', 'partitions', 'replication', 'minIsr', 'topicPrefix', 'sessionTimeoutMs'];

/**
 * Reads BUS_URL. A single node must say so: `replication=1&minIsr=1`.
 * @throws SluiceError BUS_URL_INVALID, naming the part and never its value
 */
export function parseBusUrl(url: string): KafkaAddress | EmbeddedAddress {
  if (url.startsWith('embedded:')) {
    const folder = url.slice('embedded:'.length);
    if (!folder) throw invalid('the folder after embedded: is missing');
    return { scheme: 'embedded', folder };
  }
  if (!url.startsWith('kafka://')) throw invalid('it begins neither with kafka:// nor with embedded:');
  const [hosts = '', query = ''] = url.slice('kafka://'.length).split('?', 2);
  const brokers = hosts.replace(/\/$/, '').split(',');
  if (brokers.length > 64 || !brokers.every((broker) => BROKER.test(broker))) {
    throw invalid('the brokers must be host:port, separated by commas, without user or password');
  }
  return { scheme: 'kafka', brokers, ...parametersOf(new URLSearchParams(query)) };
}

function parametersOf(query: URLSearchParams): Omit<KafkaAddress, 'scheme' | 'brokers'> {
  const unknown = [...query.keys()].find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined) throw invalid(`it has a parameter that is none of ${PARAMETERS.join(', ')}`);
  const sasl = query.get('sasl') ?? undefined;
  if (sasl !== undefined && sasl !== 'scram-sha-256' && sasl !== 'scram-sha-512') throw invalid('sasl');
  const topicPrefix = query.get('topicPrefix') ?? '';
  if (!/^[A-Za-z0-9._-]{0,64}$/.test(topicPrefix)) throw invalid('topicPrefix');
  const replication = numberOf(query, 'replication', { fallback: 3, least: 1, most: 9 });
  const minIsr = numberOf(query, 'minIsr', { fallback: 2, least: 1, most: 9 });
  if (minIsr > replication) throw invalid('minIsr is greater than replication');
  return {
    tls: flagOf(query, 'tls'),
    ...(sasl && { sasl }),
    partitions: numberOf(query, 'partitions', { fallback: 12, least: 1, most: 1000 }),
    replication,
    minIsr,
    topicPrefix,
    sessionTimeoutMs: numberOf(query, 'sessionTimeoutMs', { fallback: 10_000, least: 6_000, most: 300_000 }),
  };
}

function flagOf(query: URLSearchParams, name: string): boolean {
  const text = query.get(name) ?? 'false';
  if (text !== 'true' && text !== 'false') throw invalid(name);
  return text === 'true';
}

function numberOf(
  query: URLSearchParams,
  name: string,
  range: { fallback: number; least: number; most: number },
): number {
  const text = query.get(name);
  if (text === null) return range.fallback;
  const value = /^\d{1,7}$/.test(text) ? Number(text) : NaN;
  if (!(value >= range.least && value <= range.most)) throw invalid(name);
  return value;
}

function invalid(detail: string): SluiceError {
  return new SluiceError('BUS_URL_INVALID', { detail });
}
