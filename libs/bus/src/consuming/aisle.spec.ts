import { describe, expect, it } from 'vitest';
import { Aisle } from './aisle.js';

describe('the aisle', () => {
  it('asks-everybody-out-before-one-works-alone', async () => {
    const aisle = new Aisle();
    const log: string[] = [];
    const stay = (name: string) =>
      aisle.together(async (leave) => {
        log.push(`${name} in`);
        await new Promise<void>((resolve) =>
          leave.aborted ? resolve() : leave.addEventListener('abort', () => resolve()),
        );
        log.push(`${name} out`);
      });
    const first = stay('a');
    const second = stay('b');
    const alone = aisle.alone(async () => void log.push('alone'));
    const late = aisle.together(async () => void log.push('late'));
    await Promise.all([first, second, alone, late]);
    expect(log).toEqual(['a in', 'b in', 'a out', 'b out', 'alone', 'late']);
  });

  it('lets-those-who-want-to-be-alone-in-one-after-the-other', async () => {
    const aisle = new Aisle();
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 1));
      inside -= 1;
    };
    await Promise.all([aisle.alone(work), aisle.alone(work), aisle.alone(work)]);
    expect(most).toBe(1);
  });
});
