/** What a ScaledObject of the chart and the HorizontalPodAutoscaler that KEDA makes of it do. Seconds. */
export interface ScaleRule {
  readonly min: number;
  readonly max: number;
  /** `lagThreshold`: records for one replica. */
  readonly lagPerReplica?: number;
  /** Cores in use for one replica: the share of its request that the chart says. */
  readonly coresPerReplica?: number;
  /** How often the autoscaler looks (Kubernetes: 15 s). From one replica on KEDA's own polling interval plays no part. */
  readonly lookSeconds: number;
  /** At most so much more within a window: doubled, or so many pods, whatever is more. */
  readonly up: { readonly percent: number; readonly pods: number; readonly periodSeconds: number };
  /** The most that was asked for within the stabilisation window stays; then so many pods may go within a period. */
  readonly down: {
    readonly stabilizationSeconds: number;
    readonly pods: number;
    readonly periodSeconds: number;
  };
}

/** The ratio of value to target within which nothing is done (Kubernetes: `--horizontal-pod-autoscaler-tolerance`). */
const TOLERANCE = 0.1;

/** Remembers what it wished for and what it changed, as the autoscaler does. */
export class Autoscaler {
  readonly #rule: ScaleRule;
  #wishes: { readonly at: number; readonly replicas: number }[] = [];
  #changes: { readonly at: number; readonly by: number }[] = [];
  #lookedAt = -Infinity;
  #replicas: number;

  constructor(rule: ScaleRule) {
    this.#rule = rule;
    this.#replicas = rule.min;
  }

  /** Replicas that are asked for at a second, given the lag of each topic of the group and the cores in use. */
  at(second: number, { lags, cores }: Seen): number {
    const { lookSeconds, down } = this.#rule;
    if (second - this.#lookedAt < lookSeconds - 1e-9) return this.#replicas;
    this.#lookedAt = second;
    const wished = wishOf(this.#rule, this.#replicas, { lags, cores });
    this.#wishes = this.#wishes.filter(({ at }) => second - at <= down.stabilizationSeconds);
    this.#wishes.push({ at: second, replicas: wished });
    const stable = Math.max(...this.#wishes.map(({ replicas }) => replicas));
    const next =
      wished >= this.#replicas
        ? Math.min(wished, this.#most(second))
        : Math.min(this.#replicas, Math.max(stable, this.#least(second)));
    if (next !== this.#replicas) this.#changes.push({ at: second, by: next - this.#replicas });
    this.#replicas = next;
    return next;
  }

  #most(second: number): number {
    const { percent, pods, periodSeconds } = this.#rule.up;
    const before = this.#replicas - this.#changed(second, periodSeconds, (by) => Math.max(0, by));
    return Math.max(this.#replicas, before + pods, Math.ceil(before * (1 + percent / 100)));
  }

  #least(second: number): number {
    const { pods, periodSeconds } = this.#rule.down;
    return this.#replicas + this.#changed(second, periodSeconds, (by) => Math.max(0, -by)) - pods;
  }

  #changed(second: number, periodSeconds: number, part: (by: number) => number): number {
    const within = this.#changes.filter(({ at }) => second - at < periodSeconds);
    return within.reduce((sum, { by }) => sum + part(by), 0);
  }
}

/** What the autoscaler is told. */
export interface Seen {
  /** Records of each topic that wait, and the partitions that they lie on. */
  readonly lags: readonly { readonly records: number; readonly partitions: number }[];
  readonly cores: number;
}

/** KEDA, `limitToPartitionsWithLag`: no more replicas than partitions with lag, per topic; the autoscaler takes the largest answer. */
function wishOf(rule: ScaleRule, replicas: number, { lags, cores }: Seen): number {
  const { min, max, lagPerReplica, coresPerReplica } = rule;
  const byLag =
    lagPerReplica === undefined
      ? []
      : lags.map(({ records, partitions }) => Math.min(records / lagPerReplica, partitions));
  const byCores = coresPerReplica === undefined ? [] : [cores / coresPerReplica];
  const wishes = [...byLag, ...byCores].map((wish) =>
    Math.abs(wish / replicas - 1) <= TOLERANCE ? replicas : Math.ceil(wish),
  );
  return Math.min(max, Math.max(min, ...wishes));
}
