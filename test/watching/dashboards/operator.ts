import type { Dashboard } from './grafana.js';
import { perMinute, WELL } from './words.js';

/** One page: what came in, where it waits, what failed. */
export const OPERATOR: Dashboard = {
  uid: 'sluice-operator',
  title: 'Sluice: operator',
  what: 'What came in, where it waits, what failed. Every alert has a page in docs/runbooks.',
  rows: {
    'What came in': [
      {
        title: 'Instances per minute',
        what: 'Stored and announced: their senders were told success.',
        unit: 'short',
        queries: [
          {
            expr: perMinute('sum by (peer) (rate(sluice_received_instances_total[$__rate_interval]))'),
            legend: '{{peer}}',
          },
        ],
      },
      {
        title: 'Bytes',
        what: 'Of received instances.',
        unit: 'Bps',
        queries: [
          {
            expr: 'sum by (door) (rate(sluice_received_bytes_total[$__rate_interval]))',
            legend: '{{door}}',
          },
        ],
      },
      {
        title: 'Associations now',
        what: 'Of all intake processes.',
        unit: 'short',
        queries: [{ expr: 'sum(sluice_associations)', legend: 'associations' }],
      },
      {
        title: 'Refused per minute',
        what: 'Associations, requests and instances, by reason. Their senders were told.',
        unit: 'short',
        queries: [
          {
            expr: perMinute('sum by (code) (rate(sluice_refusals_total[$__rate_interval]))'),
            legend: '{{code}}',
          },
        ],
      },
    ],
    'Where it waits': [
      {
        title: 'Not yet archived and judged',
        what: 'Received instances that are on their way.',
        kind: 'stat',
        unit: 'short',
        queries: [{ expr: 'max(sluice_unsettled_instances)' }],
      },
      {
        title: 'Oldest of them',
        what: 'An hour is an alert (SluiceOldestUnprocessed).',
        kind: 'stat',
        unit: 's',
        queries: [{ expr: 'max(sluice_unsettled_oldest_seconds)' }],
      },
      {
        title: 'Stages behind, in seconds',
        what: 'Age of the oldest record of each stage. A quarter of an hour is an alert (SluiceStageBehind).',
        unit: 's',
        queries: [{ expr: 'max by (room) (sluice_consumer_lag_seconds)', legend: '{{room}}' }],
      },
      {
        title: 'Stages behind, in records',
        what: 'Of each group, all topics together.',
        unit: 'short',
        queries: [
          { expr: 'sum by (room) (max by (room, topic) (sluice_consumer_lag_records))', legend: '{{room}}' },
        ],
      },
      {
        title: 'Staged objects',
        what: 'Sealed, waiting for their readers. Lists of batches stay for a day.',
        unit: 'short',
        queries: [{ expr: 'max by (objectKind) (sluice_staging_objects)', legend: '{{objectKind}}' }],
      },
      {
        title: 'Oldest staged object',
        what: 'An hour is an alert (SluiceStagingOld).',
        unit: 's',
        queries: [
          {
            expr: 'max by (objectKind) (sluice_staging_oldest_seconds{objectKind!="batch"})',
            legend: '{{objectKind}}',
          },
        ],
      },
      {
        title: 'In quarantine, undecided',
        what: 'Waiting for a person: `sluice quarantine list`.',
        unit: 'short',
        queries: [{ expr: 'max by (code) (sluice_quarantined_instances)', legend: '{{code}}' }],
      },
      {
        title: 'Waiting for a model',
        what: 'Objects in the queue of inference, where it is installed.',
        unit: 'short',
        queries: [{ expr: 'max by (dispatch) (sluice_inference_waiting_objects)', legend: '{{dispatch}}' }],
      },
    ],
    'What failed': [
      {
        title: 'Dead letters',
        what: 'Will not pass by themselves: `sluice dead-letters list`.',
        unit: 'short',
        queries: [{ expr: 'max by (group) (sluice_dead_letters)', legend: '{{group}}' }],
      },
      {
        title: 'Records that did not pass, per minute',
        what: '`paused` is tried again, `retried` steps aside for a while, `dead-lettered` waits for a person.',
        unit: 'short',
        queries: [
          {
            expr: perMinute(
              'sum by (room, result, code) (rate(sluice_records_total{result!="done"}[$__rate_interval]))',
            ),
            legend: '{{room}} {{result}} {{code}}',
            mayBeEmpty: WELL,
          },
        ],
      },
      {
        title: 'Errors of store, key service and Kafka, per minute',
        what: 'By room, door and code.',
        unit: 'short',
        queries: [
          {
            expr: perMinute(
              'sum by (room, door, code) (rate(sluice_door_calls_total{code!="",code!="STORE_OBJECT_MISSING"}[$__rate_interval]))',
            ),
            legend: '{{room}} {{door}} {{code}}',
            mayBeEmpty: WELL,
          },
        ],
      },
      {
        title: 'Ready processes',
        what: 'None of a room is an alert (SluiceNotReady).',
        unit: 'short',
        queries: [{ expr: 'sum by (room) (sluice_ready)', legend: '{{room}}' }],
      },
    ],
  },
};
