/** One question to Prometheus. `mayBeEmpty` says why a healthy installation has no answer to it. */
export interface Query {
  readonly expr: string;
  readonly legend?: string;
  readonly mayBeEmpty?: string;
}

/** One picture of a dashboard. */
export interface Panel {
  readonly title: string;
  /** What it says, for the reader who has never seen it. */
  readonly what: string;
  readonly kind?: 'timeseries' | 'stat';
  /** Grafana's unit: `s`, `bytes`, `Bps`, `short`, `percentunit`, ... */
  readonly unit: string;
  readonly queries: readonly Query[];
}

/** One dashboard: rows of panels that share the width. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly what: string;
  /** Labels of `sluice_records_total` that the reader may choose by. */
  readonly choices?: readonly string[];
  readonly rows: Readonly<Record<string, readonly Panel[]>>;
}

const WIDTH = 24;
const HEIGHT = 8;
const SOURCE = { type: 'prometheus', uid: '${datasource}' };

/** The JSON that Grafana imports. */
export function grafanaJson(dashboard: Dashboard): string {
  const panels: object[] = [];
  let y = 0;
  for (const [title, row] of Object.entries(dashboard.rows)) {
    panels.push({ id: panels.length + 1, type: 'row', title, gridPos: { h: 1, w: WIDTH, x: 0, y } });
    y += 1;
    const perLine = Math.min(row.length, 4);
    for (const [n, panel] of row.entries()) {
      const w = WIDTH / perLine;
      const gridPos = { h: HEIGHT, w, x: (n % perLine) * w, y: y + Math.floor(n / perLine) * HEIGHT };
      panels.push({ id: panels.length + 1, gridPos, ...panelJson(panel) });
    }
    y += Math.ceil(row.length / perLine) * HEIGHT;
  }
  const json = {
    uid: dashboard.uid,
    title: dashboard.title,
    description: dashboard.what,
    tags: ['sluice'],
    schemaVersion: 39,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    templating: { list: variables(dashboard.choices ?? []) },
    panels,
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

const panelJson = ({ title, what, kind = 'timeseries', unit, queries }: Panel) => ({
  type: kind,
  title,
  description: what,
  datasource: SOURCE,
  fieldConfig: { defaults: { unit, min: 0, noValue: '0' }, overrides: [] },
  targets: queries.map(({ expr, legend }, n) => ({
    refId: String.fromCharCode(65 + n),
    datasource: SOURCE,
    expr,
    legendFormat: legend ?? '__auto',
  })),
});

const variables = (choices: readonly string[]) => [
  { name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Prometheus' },
  ...choices.map((name) => ({
    name,
    type: 'query',
    datasource: SOURCE,
    query: `label_values(sluice_records_total, ${name})`,
    multi: true,
    includeAll: true,
    allValue: '.*',
    current: { text: 'All', value: '$__all' },
    refresh: 2,
  })),
];
