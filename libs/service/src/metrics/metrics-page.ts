import { type MetricEntry, METRICS } from './catalogue.js';

const HEAD = `# Metrics

Generated from \`libs/service/src/metrics/catalogue.ts\`; do not edit. After a change there:
\`UPDATE_DOCS=1 npx vitest run libs/service/src/metrics\`.

Every process answers \`GET /metrics\` on its HTTP port. Each metric has the label \`room\` (the service; in \`standalone\` the stage) and those
that are named here; none of them identifies a person, and a value that is not on the allow-list of log fields becomes \`other\`. Beside
these each process tells what Node knows of itself (\`process_*\`, \`nodejs_*\`).

The alerts in \`helm/sluice/files/alerts\` and the dashboards in \`helm/sluice/files/dashboards\` are asked of a real Prometheus by
\`npm test -- watching\`; each alert has a page in [runbooks](runbooks).
`;

const TYPES: Readonly<Record<MetricEntry['type'], string>> = {
  counter: 'counter',
  gauge: 'gauge',
  durations: 'histogram',
};

/** The page docs/metrics.md. */
export function metricsPage(): string {
  const rows = Object.entries(METRICS).map(([name, entry]) => rowOf(name, entry));
  const sections = [...new Set(rows.map(({ by }) => by))].map((by) =>
    [
      `## ${by}`,
      '',
      '| Metric | Type | Labels | What it says |',
      '|---|---|---|---|',
      ...rows.filter((row) => row.by === by).map(({ line }) => line),
      '',
    ].join('\n'),
  );
  return [HEAD, ...sections].join('\n');
}

function rowOf(name: string, { type, by, labels = [], help }: MetricEntry): { by: string; line: string } {
  const named = labels.map((label) => `\`${label}\``).join(', ');
  return { by, line: `| \`sluice_${name}\` | ${TYPES[type]} | ${named} | ${help} |` };
}
