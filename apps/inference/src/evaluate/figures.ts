/** What is known of one scored picture. */
export interface Scored {
  readonly dice: number;
  /** Intersection over union. */
  readonly iou: number;
  /** |found - true| / true long axis; 1 when nothing was found. */
  readonly axisError: number;
  readonly probabilities: readonly number[];
  /** The true class, by its place among the model's. */
  readonly label: number;
  /** Drawn as one in the bootstrap: the patient. */
  readonly group: string;
}

/** The figures of a model card; a class figure is NaN where a class is absent. */
export interface Figures {
  readonly dice: number;
  readonly auc: number;
  readonly accuracy: number;
  readonly longAxisErrorMedian: number;
  readonly ece: number;
  readonly missed: number;
}
export type FigureName = keyof Figures;
export type Interval = readonly [low: number, high: number];

const MISSED_BELOW = 0.1;
const BINS = 10;
const DRAWS = 1_000;
const NAMES: readonly FigureName[] = ['dice', 'auc', 'accuracy', 'longAxisErrorMedian', 'ece', 'missed'];

/** All figures of a set of pictures, by the arithmetic of the trainer's metrics. */
export function figuresOf(scored: readonly Scored[]): Figures {
  return {
    dice: mean(scored.map(({ dice }) => dice)),
    auc: meanAuc(scored),
    accuracy: mean(scored.map(({ probabilities, label }) => Number(mostProbable(probabilities) === label))),
    longAxisErrorMedian: quantile(
      scored.map(({ axisError }) => axisError),
      0.5,
    ),
    ece: calibrationError(scored),
    missed: scored.filter(({ iou }) => iou < MISSED_BELOW).length,
  };
}

/** 95 % percentile intervals by a bootstrap: groups are drawn with replacement, each with all its pictures. Same seed, same numbers. */
export function intervalsOf(scored: readonly Scored[], seed = 1): Readonly<Record<FigureName, Interval>> {
  const groups = [...Map.groupBy(scored, ({ group }) => group).values()];
  const random = seeded(seed);
  const draws = Array.from({ length: DRAWS }, () =>
    figuresOf(groups.flatMap(() => groups[Math.floor(random() * groups.length)] ?? [])),
  );
  const interval = (name: FigureName): Interval => {
    const values = draws.map((figures) => figures[name]).filter((value) => !Number.isNaN(value));
    return [quantile(values, 0.025), quantile(values, 0.975)];
  };
  return Object.fromEntries(NAMES.map((name) => [name, interval(name)])) as Record<FigureName, Interval>;
}

/** AUC of the second class where there are two, else the mean of each class against the rest. */
function meanAuc(scored: readonly Scored[]): number {
  const classes = scored[0]?.probabilities.length ?? 0;
  const chosen = classes === 2 ? [1] : Array.from({ length: classes }, (_, at) => at);
  return mean(
    chosen.map((of) => {
      const pairs = scored.map(({ probabilities, label }) => ({
        score: probabilities[of] ?? 0,
        positive: label === of,
      }));
      return auc(pairs);
    }),
  );
}

/** Area under the ROC curve by ranks, ties counted half (Mann-Whitney). */
function auc(pairs: readonly { score: number; positive: boolean }[]): number {
  const sorted = [...pairs].sort((one, other) => one.score - other.score);
  const ups = sorted.filter(({ positive }) => positive).length;
  const downs = sorted.length - ups;
  let ranks = 0;
  for (let at = 0; at < sorted.length;) {
    let end = at;
    while (end < sorted.length && sorted[end]?.score === sorted[at]?.score) end += 1;
    const shared = (at + 1 + end) / 2;
    for (; at < end; at += 1) if (sorted[at]?.positive) ranks += shared;
  }
  return ups && downs ? (ranks - (ups * (ups + 1)) / 2) / (ups * downs) : Number.NaN;
}

/** Expected calibration error of the most probable class, ten bins of equal width (Guo et al., ICML 2017). */
function calibrationError(scored: readonly Scored[]): number {
  const bins = Map.groupBy(scored, ({ probabilities }) =>
    Math.min(BINS - 1, Math.trunc(Math.max(...probabilities) * BINS)),
  );
  const gaps = [...bins.values()].map((bin) => {
    const confidence = mean(bin.map(({ probabilities }) => Math.max(...probabilities)));
    const right = mean(bin.map(({ probabilities, label }) => Number(mostProbable(probabilities) === label)));
    return Math.abs(confidence - right) * bin.length;
  });
  return gaps.reduce((sum, gap) => sum + gap, 0) / scored.length;
}

const mostProbable = (probabilities: readonly number[]): number =>
  probabilities.indexOf(Math.max(...probabilities));

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Between two neighbours by line, as numpy does. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const place = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)] ?? Number.NaN, sorted[Math.ceil(place)] ?? Number.NaN];
  return low + (high - low) * (place - Math.floor(place));
}

/** Mulberry32: 0 up to 1. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
