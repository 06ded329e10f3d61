import {
  deadLetterTopic,
  decodeEvent,
  retryTopic,
  toSluiceError,
  type ErrorCode,
  type SluiceError,
  type SluiceEvent,
} from '@sluice/contracts';
import { recordOf } from '../event-records.js';
import { deadRecord, NOT_BEFORE, originTopic, retryRecord } from '../letters/letter-headers.js';
import type { LogRecord } from '../log-wire.js';
import { pauseMs, persist, rest } from './back-off.js';
import type { Crew, Failure, Settlement } from './crew.js';

/** After so many transient failures a record may step aside, if others pass. */
const TRIES_BEFORE_RETRY_TOPIC = 5;
/** A bug is tried so often. */
const TRIES_OF_A_BUG = 3;
/** A record waits in the retry topic for this many first pauses: 10 s by default. */
const RETRY_TOPIC_PAUSES = 40;

/** Works one record to its end: handled and its events published, put on the retry topic, or made a dead letter. Never throws. */
export async function workRecord(crew: Crew, record: LogRecord, leave: AbortSignal): Promise<Settlement> {
  const since = performance.now();
  let event: SluiceEvent;
  try {
    event = decodeEvent(record);
  } catch {
    return bury(crew, record, { code: 'BUS_EVENT_INVALID', attempts: 0, since, leave });
  }
  if (!(await untilDue(crew, record, leave))) return 'left';
  return workEvent(crew, { record, event, since, leave });
}

/** Waits for the time that a record of a retry topic is due at; false when the signal ended the wait. */
export async function untilDue(crew: Crew, record: LogRecord, leave: AbortSignal): Promise<boolean> {
  const waitMs = Number(record.headers[NOT_BEFORE] ?? 0) - Date.now();
  const longestMs = RETRY_TOPIC_PAUSES * crew.backoffMs;
  return waitMs > 0 ? rest(Math.min(waitMs, longestMs), leave) : !leave.aborted;
}

/** Puts a record into the dead-letter topic, however long that takes. */
export async function bury(
  crew: Crew,
  record: LogRecord,
  why: { code: ErrorCode; attempts: number; since: number; leave: AbortSignal },
): Promise<Settlement> {
  const letter = deadRecord(record, {
    topic: deadLetterTopic(crew.options.group),
    code: why.code,
    attempts: why.attempts,
  });
  const done = await persist(() => crew.append([letter]), { firstMs: crew.backoffMs, signal: why.leave });
  if (!done) return 'left';
  report(crew, record, { result: 'dead-lettered', code: why.code, since: why.since });
  return 'settled';
}

interface Task {
  readonly record: LogRecord;
  readonly event: SluiceEvent;
  readonly since: number;
  readonly leave: AbortSignal;
}

async function workEvent(crew: Crew, task: Task): Promise<Settlement> {
  const attemptOnce = attempts(crew, task.event);
  let firstFailure = 0;
  for (let attempt = 1; ; attempt++) {
    const begun = crew.evidence.now();
    const error = await crew.slots.run(async () => (task.leave.aborted ? 'left' : attemptOnce()));
    if (error === 'left') return 'left';
    if (!error) {
      crew.evidence.passed(task.event.type, begun);
      report(crew, task.record, { result: 'done', since: task.since });
      return 'settled';
    }
    firstFailure ||= crew.evidence.now();
    const settlement = await afterFailure(crew, task, { error, attempt, firstFailure });
    if (settlement) return settlement;
  }
}

/** The handler's events are kept when only their publication failed: the work is not done twice for that. */
function attempts(crew: Crew, event: SluiceEvent): () => Promise<SluiceError | undefined> {
  let next: readonly SluiceEvent[] | undefined;
  return async () => {
    try {
      next ??= await crew.options.handler(event);
      if (next.length > 0) await crew.append(next.map(recordOf));
      return undefined;
    } catch (error) {
      return toSluiceError(error);
    }
  };
}

/** undefined: try again. The thrower decided the kind (house.md "Errors"). */
async function afterFailure(crew: Crew, task: Task, failure: Failure): Promise<Settlement | undefined> {
  const { error, attempt } = failure;
  if (error.kind === 'fatal') {
    crew.fail(error);
    return 'left';
  }
  if (error.kind === 'permanent' || (error.kind === 'unexpected' && attempt >= TRIES_OF_A_BUG)) {
    const { since, leave } = task;
    return bury(crew, task.record, { code: error.code, attempts: attempt, since, leave });
  }
  report(crew, task.record, { result: 'paused', code: error.code, since: task.since });
  if (
    error.kind === 'transient' &&
    attempt >= TRIES_BEFORE_RETRY_TOPIC &&
    (await stepAside(crew, task, failure))
  )
    return 'settled';
  return (await rest(pauseMs(crew.backoffMs, attempt), task.leave)) ? undefined : 'left';
}

async function stepAside(crew: Crew, task: Task, failure: Failure): Promise<boolean> {
  if (!crew.evidence.mayStepAside(task.event.type, failure.firstFailure)) return false;
  const notBeforeMs = Date.now() + RETRY_TOPIC_PAUSES * crew.backoffMs;
  const copy = retryRecord(task.record, { topic: retryTopic(crew.options.group), notBeforeMs });
  const moved = await crew.append([copy]).then(
    () => true,
    () => false,
  );
  if (moved) report(crew, task.record, { result: 'retried', code: failure.error.code, since: task.since });
  return moved;
}

function report(
  crew: Crew,
  record: LogRecord,
  end: { result: 'done' | 'retried' | 'dead-lettered' | 'paused'; code?: string; since: number },
): void {
  const { ce_id: eventId, traceparent } = record.headers;
  crew.report({
    result: end.result,
    topic: originTopic(record),
    ...(end.code && { code: end.code }),
    ...(eventId && { eventId }),
    ...(traceparent && { traceparent }),
    durationMs: performance.now() - end.since,
  });
}
