const DAY_MS = 86_400_000;
const WHOLE = /^(\d{4})(\d{2})(\d{2})(.*)$/s;

/** Whole days from one DA or DT to another whose time of day is the same; undefined where it is not, or one is no date. */
export function daysBetween(before: string, after: string): number | undefined {
  const [from, to] = [WHOLE.exec(before), WHOLE.exec(after)];
  if (!from || !to || from[4] !== to[4]) return undefined;
  const days = (dayOf(to) - dayOf(from)) / DAY_MS;
  return Number.isInteger(days) ? days : undefined;
}

function dayOf([, year, month, day]: RegExpExecArray): number {
  return Date.UTC(Number(year), Number(month) - 1, Number(day));
}

/** A fixed date in the place of one: earlier than any image. */
export function isDummyDate(text: string): boolean {
  return text.startsWith('1900');
}
