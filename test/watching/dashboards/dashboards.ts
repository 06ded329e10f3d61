import { CAPACITY } from './capacity.js';
import type { Dashboard, Query } from './grafana.js';
import { OPERATOR } from './operator.js';
import { PRIVACY } from './privacy.js';
import { SERVICES } from './services.js';

/** Every dashboard, by the name of its file under helm/sluice/files/dashboards. */
export const DASHBOARDS: Readonly<Record<string, Dashboard>> = {
  operator: OPERATOR,
  services: SERVICES,
  privacy: PRIVACY,
  capacity: CAPACITY,
};

/** One question of one panel. */
export interface Asked extends Query {
  readonly panel: string;
}

/** Every question of a dashboard, as Grafana asks it: with its variables filled in. */
export const questionsOf = ({ title, rows }: Dashboard): Asked[] =>
  Object.values(rows)
    .flat()
    .flatMap((panel) =>
      panel.queries.map((query) => ({
        ...query,
        panel: `${title}, ${panel.title}`,
        expr: query.expr.replaceAll('$__rate_interval', '1m').replaceAll('$room', '.*'),
      })),
    );
