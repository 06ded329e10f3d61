import { describe, expect, it } from 'vitest';
import { passesOf, unite } from './passes.js';

const word = (text: string, confidence: number, x = 0) => ({
  text,
  confidence,
  box: { x, y: 0, width: 40, height: 10 },
});

describe('passes', () => {
  it('are the picture as it is, and twice as large with bright in black on white', () => {
    const data = Buffer.from([0, 0, 255, 255, 0, 0, 255, 255]);
    const [raw, enlarged] = passesOf({ width: 4, height: 2, channels: 1, data });
    expect(raw).toMatchObject({ scale: 1, picture: { data } });
    expect(enlarged).toMatchObject({ scale: 2, picture: { width: 8, height: 4 } });
    const row = [255, 255, 255, 255, 0, 0, 0, 0];
    expect([...(enlarged?.picture.data ?? [])]).toEqual([...row, ...row, ...row, ...row]);
  });
});

describe('what passes read', () => {
  it('is united: alike and in one place once, the surer one; everything else stays', () => {
    const first = [word('SMITH', 60), word('JONES', 90, 100)];
    const second = [word('SMITH', 80, 2), word('5MITH', 70), word('JONES', 80, 300)];
    expect(unite([first, second])).toEqual([
      word('SMITH', 80, 2),
      word('JONES', 90, 100),
      word('5MITH', 70),
      word('JONES', 80, 300),
    ]);
  });
});
