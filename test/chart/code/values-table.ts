import { isMap, isScalar, parseDocument, type Pair, type YAMLMap } from 'yaml';

/** One row of the table in the chart's README. */
export interface ValueRow {
  readonly path: string;
  readonly fallback: string;
  readonly description: string;
}

const MARK = /^ ?-- /;

/** Values with a `# --` comment, in their order; `undocumented` are leaves that stand below none. */
export function documentedValues(text: string): {
  readonly rows: readonly ValueRow[];
  readonly undocumented: readonly string[];
} {
  const rows: ValueRow[] = [];
  const undocumented: string[] = [];
  const visit = (map: YAMLMap, above: string, first: string | null | undefined): void => {
    map.items.forEach((pair, at) => {
      const path = above + keyOf(pair);
      const description = descriptionOf(pair) ?? (at === 0 ? lastMark(first) : undefined);
      if (description !== undefined) rows.push({ path, fallback: defaultOf(pair), description });
      else if (isMap(pair.value)) visit(pair.value, `${path}.`, pair.value.commentBefore);
      else undocumented.push(path);
    });
  };
  const { contents } = parseDocument(text);
  if (isMap(contents))
    visit(contents as YAMLMap, '', parseDocument(text).commentBefore ?? contents.commentBefore);
  return { rows, undocumented };
}

/** The same as a Markdown table. */
export function valuesTable(rows: readonly ValueRow[]): string {
  const lines = rows.map(
    ({ path, fallback, description }) => `| \`${path}\` | ${fallback} | ${description} |`,
  );
  return ['| Value | Default | What it is |', '|---|---|---|', ...lines].join('\n');
}

const keyOf = ({ key }: Pair): string => (isScalar(key) ? String(key.value) : '');

const descriptionOf = ({ key }: Pair): string | undefined =>
  lastMark(isScalar(key) ? key.commentBefore : undefined);

/** Of several lines of comment above a key the last one is its own. */
function lastMark(comment: string | null | undefined): string | undefined {
  const line = comment?.split('\n').at(-1) ?? '';
  return MARK.test(line) ? line.replace(MARK, '') : undefined;
}

function defaultOf({ value }: Pair): string {
  const json = JSON.stringify((value as { toJSON(): unknown } | null)?.toJSON() ?? '');
  return `\`${json.replaceAll('|', '\\|')}\``;
}
