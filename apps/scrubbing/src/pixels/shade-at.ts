/** The shade below which more than `below` of the counted pixels lie: a quantile of a histogram of 256 shades. */
export function shadeAt(counts: Uint32Array, below: number): number {
  let seen = 0;
  for (let shade = 0; shade < 256; shade += 1) {
    seen += counts[shade] as number;
    if (seen > below) return shade;
  }
  return 255;
}
