/** A picture whose greys span fewer than `steps` is stretched to 0-255; undefined for a blank one. Same arithmetic (float32) as the trainer's. */
export function stretch(data: Uint8Array, steps: number): Uint8Array | undefined {
  let low = 255;
  let high = 0;
  for (let at = 0; at < data.length; at += 1) {
    const grey = data[at]!;
    if (grey < low) low = grey;
    if (grey > high) high = grey;
  }
  if (high <= low) return undefined;
  if (high - low >= steps) return data;
  const scale = Math.fround(255 / (high - low));
  return data.map((grey) => Math.trunc(Math.fround(Math.fround((grey - low) * scale) + 0.5)));
}
