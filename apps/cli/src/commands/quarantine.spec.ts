import { describe, expect, it } from 'vitest';
import { ownDesk } from '../desk.js';
import { createOutput } from '../output.js';
import { quarantine } from './quarantine.js';

const run = (...words: string[]) => quarantine.run(words, createOutput(true), ownDesk());
const usage = { code: 'CLI_USAGE' };

describe('sluice quarantine refuses', () => {
  it.each([
    ['what it does not know', ['forget', 'abcdef01']],
    ['a decision about nothing', ['reject', '--reason', 'x']],
    ['a look without a folder', ['show', 'abcdef01']],
    ['a decision without a reason', ['release', 'abcdef01']],
    ['a decision with an empty one', ['reject', 'abcdef01', '--reason', '  ']],
    ['a reason that is a book', ['reject', 'abcdef01', '--reason', 'x'.repeat(2001)]],
    ['a mask of a rejection', ['reject', 'abcdef01', '--reason', 'x', '--mask', '0,0,1,1']],
    ['a mask that is none', ['release', 'abcdef01', '--reason', 'x', '--mask', '0,0,1']],
    ['a mask below zero', ['release', 'abcdef01', '--reason', 'x', '--mask=-1,0,1,1']],
    ['a mask of nothing', ['release', 'abcdef01', '--reason', 'x', '--mask', '0,0,0,9']],
    [
      'more masks than a decision holds',
      ['release', 'abcdef01', '--reason', 'x', ...Array.from({ length: 33 }, () => '--mask=0,0,1,1')],
    ],
  ])('%s, before it opens a door', async (_what, words) => {
    await expect(run(...words)).rejects.toMatchObject(usage);
  });
});
