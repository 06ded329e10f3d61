import type { Inputs, Modality } from './inputs.ts';

const HOUR = 3_600;
export const DAY_SECONDS = 24 * HOUR;

/** Instances that come in a second of the day, all modalities together: hours of different height, and bursts in each of them. */
export function arrivalsOf({ modalities, day, burst }: Inputs): (second: number) => number {
  const perDay = sumOf(modalities, instancesPerDay);
  const whole = day.reduce((sum, hour) => sum + hour, 0);
  return (second) => {
    const hour = Math.floor((second % DAY_SECONDS) / HOUR);
    return ((perDay * day[hour]!) / whole / HOUR) * burstAt(burst, second);
  };
}

/** How many times as much as the mean; the mean over a period is 1. */
function burstAt({ times, minutes, everyMinutes }: Inputs['burst'], second: number): number {
  const share = minutes / everyMinutes;
  const inside = second % (everyMinutes * 60) < minutes * 60;
  if (share >= 1) return 1;
  return inside ? times : (1 - times * share) / (1 - share);
}

export const instancesPerDay = ({ scanners, studiesPerDay, imagesPerStudy }: Modality): number =>
  scanners * studiesPerDay * imagesPerStudy;
export const studiesPerDay = ({ scanners, studiesPerDay: each }: Modality): number => scanners * each;
export const bytesPerDay = (modality: Modality): number =>
  instancesPerDay(modality) * modality.megabytesPerImage * 1e6;

export function sumOf<T>(some: readonly T[], value: (one: T) => number): number {
  return some.reduce((sum, one) => sum + value(one), 0);
}
