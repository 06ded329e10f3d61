import type { Manifest } from './ground/chart.ts';

/** A mistake: in the first object of that kind whose name has `name` in it, what stands at `path` (words, `-` appends) becomes `value`; undefined takes it away. */
export interface Mistake {
  readonly kind: string;
  readonly name?: string;
  readonly path: string;
  readonly value: unknown;
}

/** The objects with the mistake in them. Throws when there is no such object or place: a mistake that is not planted proves nothing. */
export function withMistake(objects: readonly Manifest[], mistake: Mistake): Manifest[] {
  const { kind, name = '', path, value } = mistake;
  const copies = structuredClone([...objects]);
  const chosen = copies.find((each) => each.kind === kind && each.metadata.name.includes(name));
  if (!chosen) throw new Error(`no profile renders a ${kind} ${name}`);
  const words = path.split(' ');
  const last = words.pop() ?? '';
  const place = words.reduce<Record<string, unknown> | undefined>(
    (at, word) => at?.[word] as Record<string, unknown> | undefined,
    chosen,
  );
  if (!place) throw new Error(`a ${kind} has no ${words.join(' ')}`);
  if (value === undefined) delete place[last];
  else if (last === '-') (place as unknown as unknown[]).push(value);
  else place[last] = value;
  return copies;
}
