import { expect, it } from 'vitest';
import { valuesOf } from './dummy-values.js';

it('values lose spaces around them and NULs behind, in linear time', () => {
  const before = process.cpuUsage();
  const space = ' '.repeat(500_000);
  expect(valuesOf(Buffer.from(`${space}a${space}b${space}\\ c \0`))).toEqual([`a${space}b`, 'c']);
  expect(valuesOf(Buffer.from(' \0'))).toEqual(['']);
  expect(valuesOf(Buffer.alloc(0))).toEqual([]);
  // Processor time, which a busy machine does not stretch; in square time it would be minutes.
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(3000);
});
