import { expect, it } from 'vitest';
import { shareCores } from './share-cores.js';

it('gives each what it asks for while there is enough', () => {
  expect(
    shareCores(
      [
        { cores: 0.5, weight: 1 },
        { cores: 1, weight: 1 },
      ],
      2,
    ),
  ).toEqual([0.5, 1]);
  expect(shareCores([{ cores: 7, weight: 1 }], Infinity)).toEqual([7]);
});

it('gives what one does not need to the others, by the number of their processes', () => {
  const demands = [
    { cores: 0.2, weight: 1 },
    { cores: 5, weight: 1 },
    { cores: 5, weight: 2 },
    { cores: 0, weight: 1 },
  ];
  const shares = shareCores(demands, 2);
  expect(shares).toEqual([0.2, expect.closeTo(0.6), expect.closeTo(1.2), 0]);
});
