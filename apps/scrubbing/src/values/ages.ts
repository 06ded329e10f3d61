/** Ages above it single people out: they are told as one group (as 45 CFR 164.514(b)(2)(i)(C) does). */
export const OLDEST_AGE = 89;

const DAYS: Readonly<Record<string, number>> = { D: 1, W: 7, M: 30.4375, Y: 365.25 };
const AGE = /^(\d{3})([DWMY])([ \0]*)$/;

/** An Age String (PS3.5 6.2) with more than 89 years as 090Y; any other as it is. */
export function cappedAge(age: string): string {
  const [, count, unit, pad = ''] = AGE.exec(age) ?? [];
  if (count === undefined || unit === undefined) return age;
  const years = (Number(count) * (DAYS[unit] ?? 0)) / 365.25;
  return years >= OLDEST_AGE + 1 ? `090Y${pad}` : age;
}
