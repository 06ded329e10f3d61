const WIDTH = 900;
const PANEL = 200;
const LEFT = 70;
const RIGHT = 20;
const GAP = 50;

/** One value over time. */
export interface Line {
  readonly colour: string;
  readonly words: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Picture {
  /** One below the other, on one axis of time. */
  readonly panels: readonly { readonly title: string; readonly lines: readonly Line[] }[];
  readonly last: number;
  /** Dashed, through all panels; those without a place are left out. */
  readonly marks: readonly (readonly [x: number | undefined, words: string])[];
  readonly ticks: readonly (readonly [x: number, words: string])[];
}

/** Lines in panels, as SVG. */
export function drawPanels({ panels, last, marks, ticks }: Picture): string {
  const x = (at: number): number => LEFT + (at / last) * (WIDTH - LEFT - RIGHT);
  const height = panels.length * (PANEL + GAP) + GAP;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    ...marks.map(([at, words]) => (at === undefined ? '' : markOf(x(at), height, words))),
    ...panels.map(({ title, lines }, at) => panelOf(title, lines, { top: GAP + at * (PANEL + GAP), x })),
    ...ticks.map(
      ([at, words]) => `<text x="${round(x(at))}" y="${height - 15}" text-anchor="middle">${words}</text>`,
    ),
    '</svg>',
    '',
  ].join('\n');
}

interface Place {
  readonly top: number;
  readonly x: (at: number) => number;
}

function panelOf(title: string, lines: readonly Line[], { top, x }: Place): string {
  const most = lines.reduce(
    (highest, { points }) => points.reduce((max, [, y]) => Math.max(max, y), highest),
    1,
  );
  const y = (value: number): number => top + PANEL - (value / most) * PANEL;
  const axis = `<path d="M${LEFT} ${top}V${top + PANEL}H${WIDTH - RIGHT}" fill="none" stroke="#868e96"/>`;
  const scale = [0, most / 2, most].map(
    (value) => `<text x="${LEFT - 8}" y="${y(value) + 4}" text-anchor="end">${round(value)}</text>`,
  );
  const drawn = lines.map(({ colour, points }) => {
    const places = points.map(([at, value]) => `${round(x(at))},${round(y(value))}`);
    return `<polyline points="${places.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
  });
  const wide = lines.length > 3 ? 140 : 220;
  const legend = lines.map(
    ({ colour, words }, at) =>
      `<text x="${LEFT + 150 + at * wide}" y="${top - 10}" fill="${colour}">${words}</text>`,
  );
  return [
    axis,
    `<text x="${LEFT}" y="${top - 10}" font-weight="bold">${title}</text>`,
    ...legend,
    ...scale,
    ...drawn,
  ].join('\n');
}

function markOf(x: number, height: number, words: string): string {
  const line = `<path d="M${round(x)} 20V${height - GAP}" stroke="#adb5bd" stroke-dasharray="4 4"/>`;
  return `${line}<text x="${round(x) + 3}" y="16" fill="#495057">${words}</text>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
