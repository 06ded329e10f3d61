import type { Rectangle } from '@sluice/dicom';
import type { Evidence, UltrasoundRegion } from '../evidence.js';

/**
 * What of a frame lies in no ultrasound region (0018,6011), as rectangles. Undefined where the header names no region: then nothing says
 * what is outside.
 */
export function outsideRegions(
  evidence: Pick<Evidence, 'regions'>,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): readonly Rectangle[] | undefined {
  const regions = [...evidence.regions.values()].filter(isWhole).map((region) => ({
    left: Math.min(columns, region.left),
    top: Math.min(rows, region.top),
    right: Math.min(columns, region.right + 1),
    bottom: Math.min(rows, region.bottom + 1),
  }));
  if (regions.length === 0) return undefined;
  const edges = [...new Set([0, rows, ...regions.flatMap(({ top, bottom }) => [top, bottom])])].sort(
    (a, b) => a - b,
  );
  return edges.slice(1).flatMap((bottom, at) => {
    const y = edges[at] as number;
    const inside = regions.filter((region) => region.top <= y && region.bottom >= bottom);
    return gapsOf(inside, columns).map(([x, right]) => ({ x, y, width: right - x, height: bottom - y }));
  });
}

function gapsOf(regions: readonly UltrasoundRegion[], columns: number): [from: number, to: number][] {
  const gaps: [number, number][] = [];
  let from = 0;
  for (const { left, right } of [...regions].sort((a, b) => a.left - b.left)) {
    if (left > from) gaps.push([from, left]);
    from = Math.max(from, right);
  }
  if (from < columns) gaps.push([from, columns]);
  return gaps;
}

function isWhole(region: Partial<UltrasoundRegion>): region is UltrasoundRegion {
  const { left, top, right, bottom } = region;
  return (
    [left, top, right, bottom].every((edge) => edge !== undefined) &&
    (right ?? 0) >= (left ?? 0) &&
    (bottom ?? 0) >= (top ?? 0)
  );
}
