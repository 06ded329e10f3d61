/** A figure with as many digits as it is worth; thousands are set apart. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return 'never';
  const digits =
    Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 0.1 || value === 0 ? 2 : 4;
  const [whole = '', part] = value.toFixed(digits).split('.');
  const apart = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return part === undefined || Number(part) === 0 ? apart : `${apart}.${part}`;
}

/** Seconds as a person says them. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'never';
  if (seconds < 120) return `${figure(Math.round(seconds))} s`;
  return seconds < 7_200 ? `${figure(Math.round(seconds / 60))} min` : `${figure(seconds / 3_600)} h`;
}

export const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
