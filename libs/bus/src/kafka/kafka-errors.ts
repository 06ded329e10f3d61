import { isSluiceError, SluiceError } from '@sluice/contracts';

const REFUSED = /AUTHORIZATION_FAILED|AUTHENTICATION_FAILED|UNSUPPORTED_SASL_MECHANISM|ILLEGAL_SASL_STATE/;
const DEPTH = 5;

interface KafkaFault {
  readonly name?: string;
  readonly type?: string;
  readonly retriable?: boolean;
  readonly cause?: unknown;
}

/** Any error of kafkajs as one of ours. Its message is not taken over: it quotes addresses and names. */
export function toBusError(error: unknown): SluiceError {
  if (isSluiceError(error)) return error;
  const faults = causesOf(error);
  const type = faults
    .map((fault) => fault.type)
    .find((name) => typeof name === 'string' && /^[A-Z_]{1,64}$/.test(name));
  const detail = type ?? faults.at(-1)?.name ?? 'unknown';
  const refused =
    REFUSED.test(type ?? '') || faults.some((fault) => fault.name === 'KafkaJSSASLAuthenticationError');
  return new SluiceError(refused ? 'BUS_ACCESS_REFUSED' : 'BUS_UNAVAILABLE', { detail, cause: error });
}

/** True when a topic is not there. */
export function isTopicMissing(error: unknown): boolean {
  return causesOf(error).some((fault) => fault.type === 'UNKNOWN_TOPIC_OR_PARTITION');
}

/** True when a broker answered that it will soon answer otherwise (a leader moves, metadata spread). */
export function isPassing(error: unknown): boolean {
  return causesOf(error).some((fault) => fault.name === 'KafkaJSProtocolError' && fault.retriable === true);
}

function causesOf(error: unknown): KafkaFault[] {
  const faults: KafkaFault[] = [];
  for (
    let fault = error as KafkaFault | undefined;
    fault instanceof Error && faults.length < DEPTH;
    fault = fault.cause as KafkaFault
  )
    faults.push(fault);
  return faults;
}
