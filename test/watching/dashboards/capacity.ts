import type { Dashboard } from './grafana.js';
import { CPU } from './panels.js';
import { quantile } from './words.js';

/** How much passes, how busy each stage is, and what a queue grows by. */
export const CAPACITY: Dashboard = {
  uid: 'sluice-capacity',
  title: 'Sluice: capacity',
  what: 'How much passes, how busy each stage is, and what grows.',
  rows: {
    'How much passes': [
      {
        title: 'Records per second',
        what: 'Done, by stage.',
        unit: 'short',
        queries: [
          {
            expr: 'sum by (room) (rate(sluice_records_total{result="done"}[$__rate_interval]))',
            legend: '{{room}}',
          },
        ],
      },
      {
        title: 'Bytes to and from the store',
        what: 'Put and read, by room.',
        unit: 'Bps',
        queries: [
          {
            expr: 'sum by (room, action) (rate(sluice_door_bytes_total[$__rate_interval]))',
            legend: '{{room}} {{action}}',
          },
        ],
      },
      {
        title: 'Calls of the key service per received instance',
        what: 'One data key serves many: far below one when it is busy.',
        unit: 'short',
        queries: [
          {
            expr: 'sum(rate(sluice_door_calls_total{door="kms",action!="probe"}[$__rate_interval])) / sum(rate(sluice_received_instances_total[$__rate_interval]))',
            legend: 'calls',
          },
        ],
      },
    ],
    'How busy': [
      {
        title: 'Records in hand',
        what: 'Mean, by stage: near concurrency times replicas it is full.',
        unit: 'short',
        queries: [
          {
            expr: 'sum by (room) (rate(sluice_record_duration_seconds_sum[$__rate_interval]))',
            legend: '{{room}}',
          },
        ],
      },
      {
        title: 'Seconds per record',
        what: 'Mean, by stage and topic: what docs/capacity.md calculates with.',
        unit: 's',
        queries: [
          {
            expr: 'sum by (room, topic) (rate(sluice_record_duration_seconds_sum{result="done"}[$__rate_interval])) / sum by (room, topic) (rate(sluice_record_duration_seconds_count{result="done"}[$__rate_interval]))',
            legend: '{{room}} {{topic}}',
          },
        ],
      },
      CPU,
      {
        title: 'Event loop',
        what: '99 of 100 turns began no later.',
        unit: 's',
        queries: [{ expr: 'max by (instance) (nodejs_eventloop_lag_p99_seconds)', legend: '{{instance}}' }],
      },
    ],
    'What grows': [
      {
        title: 'Queues, records per minute',
        what: 'Above zero for long: more comes than is done.',
        unit: 'short',
        queries: [
          {
            expr: '60 * sum by (room) (max by (room, topic) (deriv(sluice_consumer_lag_records[15m])))',
            legend: '{{room}}',
          },
        ],
      },
      {
        title: 'Staged bytes',
        what: 'By kind of object.',
        unit: 'bytes',
        queries: [{ expr: 'max by (objectKind) (sluice_staging_bytes)', legend: '{{objectKind}}' }],
      },
    ],
    Models: [
      {
        title: 'Mean batch',
        what: 'Pictures per batch.',
        unit: 'short',
        queries: [
          {
            expr: 'sum(rate(sluice_inference_pictures_total[$__rate_interval])) / sum(rate(sluice_inference_batches_total[$__rate_interval]))',
            legend: 'pictures',
          },
        ],
      },
      {
        title: 'Wait for a batch',
        what: '95 of 100 batches: the longest wait in them was no longer.',
        unit: 's',
        queries: [{ expr: quantile(0.95, 'sluice_inference_wait_seconds_bucket', []), legend: 'wait' }],
      },
      {
        title: 'Time of a batch',
        what: '95 of 100 took no longer.',
        unit: 's',
        queries: [{ expr: quantile(0.95, 'sluice_inference_compute_seconds_bucket', []), legend: 'compute' }],
      },
      {
        title: 'Waiting pictures and objects',
        what: 'In memory, and in the table of jobs.',
        unit: 'short',
        queries: [
          { expr: 'sum by (dispatch) (sluice_inference_waiting_pictures)', legend: 'pictures, {{dispatch}}' },
          { expr: 'max by (dispatch) (sluice_inference_waiting_objects)', legend: 'objects, {{dispatch}}' },
        ],
      },
      {
        title: 'Replaced processes',
        what: 'In an hour: too large is above `INFERENCE_PROCESS_MIB`, died is late or ended.',
        unit: 'short',
        queries: [
          {
            expr: 'sum by (reason) (increase(sluice_inference_replacements_total[1h]))',
            legend: '{{reason}}',
          },
        ],
      },
    ],
  },
};
