import type { FieldName } from '../logs/fields.js';

/** What a metric counts, who reports it, and its labels besides `room`. */
export interface MetricEntry {
  readonly type: 'counter' | 'gauge' | 'durations';
  /** Rooms that report it. */
  readonly by: string;
  readonly help: string;
  readonly labels?: readonly FieldName[];
}

/**
 * Every metric of every room, by its name without the prefix `sluice_`; the unit is in the name. What is not here cannot be
 * registered. Labels obey the allow-list of log fields: nothing identifying.
 */
export const METRICS = {
  associations: { type: 'gauge', by: 'intake', help: 'Associations that stand now.' },
  associations_total: {
    type: 'counter',
    by: 'intake',
    help: 'What became of associations.',
    labels: ['outcome'],
  },
  store_answers_total: {
    type: 'counter',
    by: 'intake',
    help: 'C-STORE answers, by status.',
    labels: ['dimseStatus', 'code'],
  },
  received_instances_total: {
    type: 'counter',
    by: 'intake',
    help: 'Instances that are stored and announced: their sender was told success.',
    labels: ['door', 'peer'],
  },
  received_bytes_total: {
    type: 'counter',
    by: 'intake',
    help: 'Bytes of received instances as they are staged.',
    labels: ['door', 'peer'],
  },
  refusals_total: {
    type: 'counter',
    by: 'intake',
    help: 'Associations, presentation contexts, requests and instances that were refused, by reason.',
    labels: ['door', 'code'],
  },
  records_total: {
    type: 'counter',
    by: 'stages',
    help: "Records that left this room's hands; `paused` is a try that will be repeated.",
    labels: ['topic', 'result', 'code'],
  },
  record_duration_seconds: {
    type: 'durations',
    by: 'stages',
    help: 'Time that a record was in hand.',
    labels: ['topic', 'result'],
  },
  consumer_lag_records: {
    type: 'gauge',
    by: 'stages',
    help: 'Records behind, of the whole group: every replica says the same.',
    labels: ['topic'],
  },
  consumer_lag_seconds: {
    type: 'gauge',
    by: 'stages',
    help: 'Age of the oldest record in hand or, when others wait and none is in hand, how long that has been so.',
    labels: ['topic'],
  },
  verdicts_total: {
    type: 'counter',
    by: 'scrubbing',
    help: 'What became of instances: `clean`, or `quarantined` by a code.',
    labels: ['result', 'code'],
  },
  scrub_actions_total: {
    type: 'counter',
    by: 'scrubbing',
    help: 'Attributes of released instances that were removed, replaced or kept.',
    labels: ['action'],
  },
  inference_batches_total: { type: 'counter', by: 'inference', help: 'Batches that a model ran.' },
  inference_pictures_total: {
    type: 'counter',
    by: 'inference',
    help: 'Pictures that a model saw; divided by the batches: the mean batch size.',
    labels: ['dispatch'],
  },
  inference_wait_seconds: {
    type: 'durations',
    by: 'inference',
    help: 'Time that the longest waiting picture of a batch waited.',
  },
  inference_compute_seconds: { type: 'durations', by: 'inference', help: 'Time that a batch took.' },
  inference_replacements_total: {
    type: 'counter',
    by: 'inference',
    help: 'Processes of a model that another one took the place of: `too-large` held more memory than `INFERENCE_PROCESS_MIB`, `died` was late or ended.',
    labels: ['reason'],
  },
  inference_waiting_objects: {
    type: 'gauge',
    by: 'inference',
    help: 'Objects that wait for a model or are in hand, of all replicas.',
    labels: ['dispatch'],
  },
  inference_waiting_pictures: {
    type: 'gauge',
    by: 'inference',
    help: 'Pictures in memory that wait for a batch.',
    labels: ['dispatch'],
  },
  door_calls_total: {
    type: 'counter',
    by: 'every room',
    help: 'Calls through a door: `store` (S3), `kms` (key service), `sealing` (seal, open), `bus` (Kafka); a code is an error.',
    labels: ['door', 'action', 'code'],
  },
  door_call_duration_seconds: {
    type: 'durations',
    by: 'every room',
    help: 'Time of calls through a door, until the answer begins.',
    labels: ['door', 'action'],
  },
  door_bytes_total: {
    type: 'counter',
    by: 'every room',
    help: 'Bytes of objects that were put or asked for.',
    labels: ['door', 'action'],
  },
  unsettled_instances: {
    type: 'gauge',
    by: 'archival',
    help: 'Received instances that are not yet archived and judged.',
  },
  unsettled_oldest_seconds: {
    type: 'gauge',
    by: 'archival',
    help: 'Age of the oldest received instance that is not yet archived and judged.',
  },
  quarantined_instances: {
    type: 'gauge',
    by: 'archival',
    help: 'Instances in quarantine that no person has decided on, by code.',
    labels: ['code'],
  },
  dead_letters: { type: 'gauge', by: 'archival', help: 'Open dead letters, by group.', labels: ['group'] },
  staging_objects: {
    type: 'gauge',
    by: 'archival',
    help: 'Staged objects, of the first 100,000 that are listed.',
    labels: ['objectKind'],
  },
  staging_bytes: {
    type: 'gauge',
    by: 'archival',
    help: 'Their bytes.',
    labels: ['objectKind'],
  },
  staging_oldest_seconds: {
    type: 'gauge',
    by: 'archival',
    help: 'Age of the oldest of them. Lists of batches (`batch`) stay for a day.',
    labels: ['objectKind'],
  },
  admin_requests_total: {
    type: 'counter',
    by: 'admin-door',
    help: 'Commands that people asked the admin door for: run, failed or refused.',
    labels: ['action', 'result'],
  },
  ready: { type: 'gauge', by: 'every process', help: '1 while `/health/ready` says so, else 0.' },
  certificate_expiry_timestamp_seconds: {
    type: 'gauge',
    by: 'every process',
    help: 'When the first certificate of the chain in this setting ends, in seconds since 1970.',
    labels: ['setting'],
  },
  clock_skew_seconds: {
    type: 'gauge',
    by: 'every room',
    help: "How far this process's clock is before (+) or behind (-) the database's or the store's (whose answers tell whole seconds).",
    labels: ['door'],
  },
} as const satisfies Record<string, MetricEntry>;

/** Names of one type. */
export type MetricName<T extends MetricEntry['type'] = MetricEntry['type']> = {
  [N in keyof typeof METRICS]: (typeof METRICS)[N]['type'] extends T ? N : never;
}[keyof typeof METRICS];

/** What stands in the catalogue under a name. */
export const entryOf = (name: MetricName): MetricEntry => METRICS[name];
