import type { Panel } from './grafana.js';

/** What each process takes of the machine. */
export const CPU: Panel = {
  title: 'CPU',
  what: 'Cores, by process.',
  unit: 'short',
  queries: [
    {
      expr: 'sum by (instance) (rate(process_cpu_seconds_total[$__rate_interval]))',
      legend: '{{instance}}',
    },
  ],
};
