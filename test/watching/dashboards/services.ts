import type { Dashboard, Panel } from './grafana.js';
import { CPU } from './panels.js';
import { perMinute, quantile, WELL } from './words.js';

const CHOSEN = 'room=~"$room"';

const door = (name: string, title: string): Panel[] => [
  {
    title: `${title}: calls per minute`,
    what: 'By room and action.',
    unit: 'short',
    queries: [
      {
        expr: perMinute(
          `sum by (room, action) (rate(sluice_door_calls_total{${CHOSEN},door="${name}"}[$__rate_interval]))`,
        ),
        legend: '{{room}} {{action}}',
      },
    ],
  },
  {
    title: `${title}: errors per minute`,
    what: 'By room, action and code; [errors.md] has a hint for each.',
    unit: 'short',
    queries: [
      {
        expr: perMinute(
          `sum by (room, action, code) (rate(sluice_door_calls_total{${CHOSEN},door="${name}",code!=""}[$__rate_interval]))`,
        ),
        legend: '{{room}} {{action}} {{code}}',
        mayBeEmpty: WELL,
      },
    ],
  },
  {
    title: `${title}: time of a call`,
    what: '95 of 100 calls took no longer.',
    unit: 's',
    queries: [
      {
        expr: quantile(0.95, `sluice_door_call_duration_seconds_bucket{${CHOSEN},door="${name}"}`, [
          'room',
          'action',
        ]),
        legend: '{{room}} {{action}}',
      },
    ],
  },
];

/** Each service: its records, its doors, its process. */
export const SERVICES: Dashboard = {
  uid: 'sluice-services',
  title: 'Sluice: services',
  what: 'One room or all: records, doors, process.',
  choices: ['room'],
  rows: {
    Records: [
      {
        title: 'Done per minute',
        what: 'By room and topic.',
        unit: 'short',
        queries: [
          {
            expr: perMinute(
              `sum by (room, topic) (rate(sluice_records_total{${CHOSEN},result="done"}[$__rate_interval]))`,
            ),
            legend: '{{room}} {{topic}}',
          },
        ],
      },
      {
        title: 'Tries that will be repeated, per minute',
        what: 'A dependency is ill, or a bug is tried again; by code.',
        unit: 'short',
        queries: [
          {
            expr: perMinute(
              `sum by (room, topic, code) (rate(sluice_records_total{${CHOSEN},result="paused"}[$__rate_interval]))`,
            ),
            legend: '{{room}} {{topic}} {{code}}',
            mayBeEmpty: WELL,
          },
        ],
      },
      {
        title: 'Time in hand',
        what: 'Half of the records, and 95 of 100, were in hand no longer.',
        unit: 's',
        queries: [0.5, 0.95].map((share) => ({
          expr: quantile(share, `sluice_record_duration_seconds_bucket{${CHOSEN}}`, ['room']),
          legend: `{{room}} ${share}`,
        })),
      },
      {
        title: 'Behind, in records',
        what: 'By topic, of the whole group.',
        unit: 'short',
        queries: [
          {
            expr: `max by (room, topic) (sluice_consumer_lag_records{${CHOSEN}})`,
            legend: '{{room}} {{topic}}',
          },
        ],
      },
    ],
    'Object store': door('store', 'Store'),
    'Key service': door('kms', 'Keys'),
    Kafka: door('bus', 'Kafka'),
    Process: [
      CPU,
      {
        title: 'Memory',
        what: 'Resident, by process.',
        unit: 'bytes',
        queries: [{ expr: 'sum by (instance) (process_resident_memory_bytes)', legend: '{{instance}}' }],
      },
      {
        title: 'Clock skew',
        what: "This room's clock before (+) or behind (-) the database's or the store's.",
        unit: 's',
        queries: [
          {
            expr: `max by (room, door) (abs(sluice_clock_skew_seconds{${CHOSEN}}))`,
            legend: '{{room}} {{door}}',
          },
        ],
      },
      {
        title: 'Days until a certificate ends',
        what: 'Two weeks are an alert (SluiceCertificateExpiry).',
        unit: 'd',
        queries: [
          {
            expr: '(min by (room, setting) (sluice_certificate_expiry_timestamp_seconds) - time()) / 86400',
            legend: '{{room}} {{setting}}',
          },
        ],
      },
    ],
  },
};
