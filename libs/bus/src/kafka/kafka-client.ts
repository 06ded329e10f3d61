import { Kafka, logLevel } from 'kafkajs';
import { SluiceError } from '@sluice/contracts';
import type { BusOptions, KafkaAddress } from '../bus-url.js';

/** Tries of one request before kafkajs gives up: about ten seconds with a broker that does not answer. */
export const RETRY = { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8 };

/**
 * kafkajs 2.2.4 with what it must not do switched off: it logs nothing, because its lines quote addresses and errors.
 * @throws SluiceError BUS_URL_INVALID
 */
export function kafkaClient(address: KafkaAddress, options: BusOptions): Kafka {
  silenceNegativeTimeouts();
  return new Kafka({
    clientId: options.clientId ?? 'sluice',
    brokers: [...address.brokers],
    connectionTimeout: 3_000,
    authenticationTimeout: 10_000,
    requestTimeout: 10_000,
    retry: RETRY,
    logLevel: logLevel.NOTHING,
    logCreator: () => () => undefined,
    ...tlsOf(address, options),
    ...saslOf(address, options),
  });
}

function tlsOf(address: KafkaAddress, { ca, cert, key }: BusOptions) {
  if (!address.tls) {
    if (ca || cert || key)
      throw new SluiceError('BUS_URL_INVALID', { detail: 'certificates are given but tls=true is not' });
    return {};
  }
  return {
    ssl: {
      minVersion: 'TLSv1.2' as const,
      ...(ca && { ca: [ca] }),
      ...(cert && { cert }),
      ...(key && { key }),
    },
  };
}

function saslOf({ sasl }: KafkaAddress, { username, password }: BusOptions) {
  if (!sasl) {
    if (username || password)
      throw new SluiceError('BUS_URL_INVALID', { detail: 'a user is given but sasl=scram-sha-512 is not' });
    return {};
  }
  if (!username || !password)
    throw new SluiceError('BUS_URL_INVALID', { detail: 'sasl needs a user and a password' });
  if (sasl === 'scram-sha-256') return { sasl: { mechanism: 'scram-sha-256' as const, username, password } };
  return { sasl: { mechanism: 'scram-sha-512' as const, username, password } };
}

let silenced = false;

/** kafkajs 2.2.4 sets timers with negative delays, harmlessly; Node 24 warns of each on stderr (tulios/kafkajs#1751). */
function silenceNegativeTimeouts(): void {
  if (silenced) return;
  silenced = true;
  const emitWarning = process.emitWarning.bind(process) as (...parts: unknown[]) => void;
  const filtered = (warning: string | Error, ...rest: unknown[]): void => {
    if (rest[0] !== 'TimeoutNegativeWarning') emitWarning(warning, ...rest);
  };
  process.emitWarning = filtered as typeof process.emitWarning;
}
