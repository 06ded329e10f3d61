/** What a command prints: a table for people, one JSON value per line with `--json`. Progress goes to standard error. */
export interface Output {
  readonly json: boolean;
  /** Rows as an aligned table, or as one JSON object per line. */
  table(rows: readonly Readonly<Record<string, unknown>>[]): void;
  /** A line for people; nothing with `--json`. */
  say(line: string): void;
  /** One value as JSON, only with `--json`. */
  value(value: unknown): void;
  /** What went wrong and what to do about it; standard error. */
  complain(text: string): void;
  /** A moving line on a terminal; off a terminal every tenth part. */
  progress(label: string, done: number, total: number): void;
}

export function createOutput(json: boolean): Output {
  let shown = '';
  return {
    json,
    table: (rows) => {
      if (json) for (const row of rows) console.log(JSON.stringify(row));
      else if (rows.length > 0) console.log(tableText(rows));
    },
    say: (line) => {
      if (!json) console.log(line);
    },
    value: (value) => {
      if (json) console.log(JSON.stringify(value));
    },
    complain: (text) => console.error(text),
    progress: (label, done, total) => {
      const tenth = `${label} ${total === 0 ? 10 : Math.floor((done / total) * 10)}`;
      const line = `${label} ${bar(done, total)} ${done}/${total}`;
      if (process.stderr.isTTY) process.stderr.write(`\r${line}${done === total ? '\n' : ''}`);
      else if (tenth !== shown) console.error(line);
      shown = tenth;
    },
  };
}

function tableText(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [columns, ...rows.map((row) => columns.map((column) => cellText(row[column])))];
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => line[at]!.length)));
  const numeric = columns.map((column) => rows.every((row) => typeof row[column] === 'number'));
  return cells
    .map((line) =>
      line
        .map((cell, at) => (numeric[at] ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cellText(value: unknown): string {
  if (value === undefined || value === null) return '-';
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}

function bar(done: number, total: number): string {
  const width = 24;
  const filled = total === 0 ? width : Math.round((done / total) * width);
  return `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}]`;
}
