const DISCRETE = 0;
const LINEAR = 1;
const INDIRECT = 2;

interface Expansion {
  readonly segments: Uint16Array;
  readonly out: Uint16Array;
  filled: number;
}

/** The `count` entries of a segmented palette channel (PS3.3 C.7.9.2); undefined where it is cut, says another number or refers to itself. */
export function expandSegments(segments: Uint16Array, count: number): Uint16Array | undefined {
  const state: Expansion = { segments, out: new Uint16Array(count), filled: 0 };
  let at = 0;
  while (at < segments.length && state.filled < count) {
    const next = segments[at] === INDIRECT ? copySegments(state, at) : addSegment(state, at);
    if (next === undefined) return undefined;
    at = next;
  }
  return state.filled === count ? state.out : undefined;
}

/** Adds a discrete or linear segment; where the next one begins. */
function addSegment(state: Expansion, at: number): number | undefined {
  const { segments, out } = state;
  const [kind, length] = [segments[at], segments[at + 1]];
  if (length === undefined || length === 0 || state.filled + length > out.length) return undefined;
  const end = at + 2 + (kind === DISCRETE ? length : 1);
  if (end > segments.length || (kind !== DISCRETE && kind !== LINEAR)) return undefined;
  const from = out[state.filled - 1] ?? 0;
  const to = segments[at + 2] as number;
  for (let step = 1; step <= length; step += 1) {
    const line = Math.round(from + ((to - from) * step) / length);
    out[state.filled] = kind === DISCRETE ? (segments[at + 1 + step] as number) : line;
    state.filled += 1;
  }
  return end;
}

/** Adds again `segments[at + 1]` segments from a byte offset on; none of them may be indirect itself. */
function copySegments(state: Expansion, at: number): number | undefined {
  const { segments } = state;
  const count = segments[at + 1];
  const high = segments[at + 3];
  if (count === undefined || high === undefined) return undefined;
  let from: number | undefined = (((segments[at + 2] as number) | (high << 16)) >>> 0) / 2;
  for (let copied = 0; copied < count && from !== undefined; copied += 1)
    from = from < at ? addSegment(state, from) : undefined;
  return from === undefined ? undefined : at + 4;
}
