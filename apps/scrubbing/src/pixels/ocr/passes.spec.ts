import { describe, expect, it } from 'vitest';
import { moreTurnedPassesOf, passesOf, secondPassesOf, turnedPassesOf, unite } from './passes.js';
import { slopePass } from './slope-pass.js';

const word = (text: string, confidence: number, x = 0) => ({
  text,
  confidence,
  box: { x, y: 0, width: 40, height: 10 },
});

const data = Buffer.from([0, 0, 255, 255, 0, 0, 255, 255]);
const small = { width: 4, height: 2, channels: 1, data } as const;

describe('passes of the first look', () => {
  it('are as it is, with a threshold, and three times as large, dark where it is bright, with a slope between', () => {
    const [raw, threshold, enlarged] = passesOf(small);
    expect(raw).toMatchObject({ scale: 1, picture: { data } });
    expect(threshold).toMatchObject({ scale: 2, picture: { width: 8, height: 4 } });
    const row = [255, 255, 255, 255, 0, 0, 0, 0];
    expect([...(threshold?.picture.data ?? [])]).toEqual([...row, ...row, ...row, ...row]);
    expect(enlarged).toMatchObject({ scale: 3, picture: { width: 12, height: 6 } });
    expect([...(enlarged?.picture.data.subarray(0, 12) ?? [])]).toEqual([
      ...[255, 255, 255, 255, 255, 255, 178, 0, 0, 0, 0, 0],
    ]);
  });
});

describe('the pass of the second look', () => {
  it('is the one with a slope', () => {
    expect(secondPassesOf(small)).toEqual([...passesOf(small)].slice(-1));
  });
});

describe('passes over a turned picture', () => {
  it('are those of the first look: the one with a slope, no more than twice as large, and the others where it found something', () => {
    expect(turnedPassesOf(small)).toEqual([slopePass(small, 2)]);
    expect([...moreTurnedPassesOf(small)]).toEqual([...passesOf(small)].slice(0, 2));
  });
});

describe('the pass with a slope', () => {
  /** Four bright pixels on a ground of so many pixels and that shade. */
  const onGround = (width: number, shade: number) => {
    const data = Buffer.alloc(2 * width, shade);
    data.set([0, 0, 255, 255]);
    data.set([0, 0, 255, 255], width);
    return { width, height: 2, channels: 1, data } as const;
  };

  it('is three times as large, dark where the picture is bright, with a slope between', () => {
    const pass = slopePass(onGround(40, 0));
    expect(pass).toMatchObject({ scale: 3, picture: { width: 120, height: 6 } });
    expect([...(pass.picture.data.subarray(0, 12) ?? [])]).toEqual([
      ...[255, 255, 255, 255, 255, 242, 25, 0, 0, 0, 0, 25],
    ]);
  });

  it('leaves out the speckle of a bright ground', () => {
    const pass = slopePass(onGround(40, 105));
    expect(pass.picture.data.subarray(20, 120).every((shade) => shade === 255)).toBe(true);
  });

  it('is as large as it may be', () => {
    const pass = slopePass({ width: 1344, height: 1344, channels: 1, data: Buffer.alloc(1344 * 1344) });
    expect(pass.scale).toBe(2);
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
