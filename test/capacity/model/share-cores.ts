/** What one stage would use if it had the machine for itself, and how many processes ask for it. */
export interface Demand {
  readonly cores: number;
  readonly weight: number;
}

/**
 * Processor sharing: each process gets the same share of the cores, and what one does not need goes to the others (max-min
 * fairness). Returns the cores that each demand gets; no more than it asks for, no more than `cores` together.
 */
export function shareCores(demands: readonly Demand[], cores: number): number[] {
  const shares = demands.map(() => 0);
  let [left, open] = [cores, demands.flatMap(({ cores: wanted }, at) => (wanted > 0 ? [at] : []))];
  while (open.length > 0 && left > 1e-12) {
    const weights = open.reduce((sum, at) => sum + demands[at]!.weight, 0);
    const each = left / weights;
    const filled = open.filter((at) => demands[at]!.cores <= each * demands[at]!.weight);
    if (filled.length === 0) {
      for (const at of open) shares[at] = each * demands[at]!.weight;
      return shares;
    }
    for (const at of filled) shares[at] = demands[at]!.cores;
    left -= filled.reduce((sum, at) => sum + demands[at]!.cores, 0);
    open = open.filter((at) => !filled.includes(at));
  }
  return shares;
}
