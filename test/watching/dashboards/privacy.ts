import type { Dashboard } from './grafana.js';
import { perMinute, WELL } from './words.js';

/** What was held back, what was done to what is released, and whether a seal was broken. */
export const PRIVACY: Dashboard = {
  uid: 'sluice-privacy',
  title: 'Sluice: privacy',
  what: 'Quarantine, residual hits, what was removed, refusals, seals.',
  rows: {
    Verdicts: [
      {
        title: 'Verdicts per minute',
        what: 'De-identified, or held.',
        unit: 'short',
        queries: [
          {
            expr: perMinute('sum by (result) (rate(sluice_verdicts_total[$__rate_interval]))'),
            legend: '{{result}}',
          },
        ],
      },
      {
        title: 'Share that was quarantined, in an hour',
        what: 'A tenth is an alert (SluiceQuarantineRate).',
        kind: 'stat',
        unit: 'percentunit',
        queries: [
          {
            expr: 'sum(rate(sluice_verdicts_total{result="quarantined"}[1h])) / sum(rate(sluice_verdicts_total[1h]))',
          },
        ],
      },
      {
        title: 'Quarantined by code, in a day',
        what: 'Why; [errors.md] has a hint for each.',
        unit: 'short',
        queries: [
          {
            expr: 'sum by (code) (increase(sluice_verdicts_total{result="quarantined"}[1d]))',
            legend: '{{code}}',
          },
        ],
      },
      {
        title: 'Waiting for a person',
        what: '`sluice quarantine list`.',
        unit: 'short',
        queries: [{ expr: 'max by (code) (sluice_quarantined_instances)', legend: '{{code}}' }],
      },
    ],
    'What the second engine found': [
      {
        title: 'Residual hits, undecided',
        what: 'Something identifying was found in a de-identified object, which was held. One is an alert (SluiceResidualHit).',
        kind: 'stat',
        unit: 'short',
        queries: [{ expr: 'max(sluice_quarantined_instances{code="SCRUBBING_RESIDUAL"})', mayBeEmpty: WELL }],
      },
      {
        title: 'Residual hits in a day',
        what: 'Since the process started, where that is less.',
        unit: 'short',
        queries: [
          {
            expr: 'sum(increase(sluice_verdicts_total{code="SCRUBBING_RESIDUAL"}[1d]))',
            legend: 'hits',
            mayBeEmpty: WELL,
          },
        ],
      },
      {
        title: 'Attributes per released instance',
        what: 'Removed, replaced and kept; a step means another profile, or another kind of image.',
        unit: 'short',
        queries: [
          {
            expr: 'sum by (action) (rate(sluice_scrub_actions_total[$__rate_interval])) / on () group_left () sum(rate(sluice_verdicts_total{result="clean"}[$__rate_interval]))',
            legend: '{{action}}',
          },
        ],
      },
    ],
    'Who was refused, and what did not open': [
      {
        title: 'Refused per minute',
        what: 'Unknown callers, wrong titles, classes and syntaxes that are not accepted.',
        unit: 'short',
        queries: [
          {
            expr: perMinute('sum by (door, code) (rate(sluice_refusals_total[$__rate_interval]))'),
            legend: '{{door}} {{code}}',
          },
        ],
      },
      {
        title: 'Sealed and opened per minute',
        what: 'Messages, by room.',
        unit: 'short',
        queries: [
          {
            expr: perMinute(
              'sum by (room, action) (rate(sluice_door_calls_total{door="sealing",code=""}[$__rate_interval]))',
            ),
            legend: '{{room}} {{action}}',
          },
        ],
      },
      {
        title: 'Did not open',
        what: 'Changed, or from elsewhere. One is an alert (SluiceSealBroken).',
        kind: 'stat',
        unit: 'short',
        queries: [
          {
            expr: 'sum(sluice_door_calls_total{door="sealing",code="CRYPTO_OPEN_FAILED"})',
            mayBeEmpty: WELL,
          },
        ],
      },
    ],
  },
};
