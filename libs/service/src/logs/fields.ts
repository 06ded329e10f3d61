import { ERRORS } from '@sluice/contracts';

/** A value that a log line may hold. */
export type LogValue = string | number | boolean | readonly string[];
export type LogFields = Readonly<Partial<Record<FieldName, LogValue | undefined>>>;
/** What only an error brings along (`logs/error-fields.ts`). */
export type ErrorFields = LogFields & { readonly detail?: string | undefined; readonly hint?: string };

const WORD = /^[a-z][a-z0-9-]{0,47}$/;
const DOTTED = /^[a-z0-9][a-z0-9:._/-]{0,159}$/;
const DIGEST = /^[0-9a-f]{64}$/;
const TOKEN = /^[0-9a-f]{16,32}$/;
/** A plain word, a number, or a name as topics, settings and their fields have it; no quotes, no capitals alone, no addresses. */
const NAME = "[a-z0-9]+(?:[A-Z][a-z0-9]+)*(?:[._=&-][a-z0-9]+(?:[A-Z][a-z0-9]+)*)*(?:'s|\\(s\\))?";
const WORDS = `(?:${NAME}|[A-Z0-9]+(?:_[A-Z0-9]+)+|TLS|URL|JSON)`;
const SENTENCE = `${WORDS}(?:[,;:]? ${WORDS}){0,60}`;
const DETAIL = new RegExp(`^${SENTENCE}$`);
const SETTING_PROBLEM = new RegExp(`^([A-Z][A-Z0-9_]{0,63}|settings together): ${SENTENCE}$`);
const HINTS: ReadonlySet<string> = new Set(Object.values(ERRORS).map(({ hint }) => hint));
const isCode = (value: string): boolean => Object.hasOwn(ERRORS, value);
const matches = (pattern: RegExp) => (value: string) => pattern.test(value);

/**
 * The allow-list of log fields and what their text must look like (law 2). What is not here, or looks otherwise, is
 * dropped. Numbers and booleans pass under a listed name. Also the allow-list of span attributes and metric labels.
 */
const TEXT = {
  room: matches(WORD),
  door: matches(WORD),
  group: matches(WORD),
  action: matches(WORD),
  outcome: matches(WORD),
  result: matches(WORD),
  peer: matches(WORD),
  profile: matches(WORD),
  check: matches(WORD),
  objectKind: matches(WORD),
  reason: matches(WORD),
  phase: matches(WORD),
  method: matches(WORD),
  signal: matches(/^SIG[A-Z0-9]{2,8}$/),
  topic: matches(DOTTED),
  eventType: matches(DOTTED),
  eventId: matches(DOTTED),
  letterId: matches(DOTTED),
  tenant: matches(/^[a-z0-9]{1,32}$/),
  version: matches(/^[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}$/),
  code: isCode,
  kind: matches(/^(transient|permanent|fatal|unexpected)$/),
  errno: matches(/^E[A-Z0-9]{2,20}$/),
  errorName: matches(/^[A-Z][A-Za-z]{2,47}(Error|Exception)$/),
  component: matches(
    /^[A-Z][A-Za-z]{2,40}(Application|Controller|Explorer|Factory|Filter|Guard|Handler|Host|Loader|Module|Resolver|Runner|Scanner)$/,
  ),
  frame: matches(/^[a-z-]+\/[a-z0-9/.-]{1,120}:[0-9]{1,6}$/),
  instanceKey: matches(DIGEST),
  seriesKey: matches(DIGEST),
  studyKey: matches(DIGEST),
  subjectKey: matches(DIGEST),
  contentKey: matches(DIGEST),
  attempt: matches(TOKEN),
  batchKey: matches(TOKEN),
  traceId: matches(/^[0-9a-f]{32}$/),
  problem: matches(SETTING_PROBLEM),
  detail: matches(DETAIL),
  hint: (value) => HINTS.has(value),
  dispatch: matches(WORD),
  setting: matches(/^[A-Z][A-Z0-9]{0,31}_CERT$/),
} satisfies Record<string, (value: string) => boolean>;

const NUMBERS = [
  'durationMs',
  'waitMs',
  'ageMs',
  'sizeBytes',
  'freeBytes',
  'count',
  'instances',
  'series',
  'studies',
  'records',
  'lag',
  'attempts',
  'port',
  'status',
  'dimseStatus',
  'pid',
  'partition',
  'offset',
  'concurrency',
  'associations',
  'manifestVersion',
  'removed',
  'replaced',
  'kept',
  'exitCode',
  'ready',
  'duplicate',
] as const;

/** Texts that belong to a list, by the list's name. */
const LISTS: Readonly<Record<string, keyof typeof TEXT>> = {
  problems: 'problem',
  frames: 'frame',
  topics: 'topic',
  rooms: 'room',
};

export type FieldName =
  | Exclude<keyof typeof TEXT, 'detail' | 'hint'>
  | (typeof NUMBERS)[number]
  | 'problems'
  | 'frames'
  | 'topics'
  | 'rooms';

const NUMBER_NAMES: ReadonlySet<string> = new Set(NUMBERS);
const MAX_LIST = 40;
/** A number with three dots or more is a UID or an address: identifying, whatever field it came in. */
const UID_OR_ADDRESS = /[0-9]\.[0-9]+\.[0-9]+\.[0-9]/;

/** Only what the allow-list knows and finds well formed. */
export function allowedFields(fields: Readonly<Record<string, unknown>>): Record<string, LogValue> {
  const kept: Record<string, LogValue> = {};
  for (const [name, value] of Object.entries(fields)) {
    const allowed = allowedValue(name, value);
    if (allowed !== undefined) kept[name] = allowed;
  }
  return kept;
}

function allowedValue(name: string, value: unknown): LogValue | undefined {
  if (Array.isArray(value)) return allowedList(name, value);
  if (typeof value === 'string') return allowedText(name, value) ? value : undefined;
  const scalar = typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
  return scalar && (NUMBER_NAMES.has(name) || Object.hasOwn(TEXT, name)) ? value : undefined;
}

function allowedList(name: string, values: readonly unknown[]): readonly string[] | undefined {
  const item = Object.hasOwn(LISTS, name) ? LISTS[name] : undefined;
  if (!item) return undefined;
  return values
    .slice(0, MAX_LIST)
    .filter((value): value is string => typeof value === 'string' && allowedText(item, value));
}

function allowedText(name: string, value: string): boolean {
  if (!Object.hasOwn(TEXT, name) || UID_OR_ADDRESS.test(value)) return false;
  return TEXT[name as keyof typeof TEXT](value);
}
