import { describe, expect, it } from 'vitest';
import { beginThen } from './begin-then.js';

/** Says what was asked of it. */
function source(chunks: readonly string[], failsAt?: number) {
  const said: string[] = [];
  async function* stream(): AsyncGenerator<Buffer> {
    try {
      for (const [at, chunk] of chunks.entries()) {
        if (at === failsAt) throw new Error('gone');
        said.push(chunk);
        yield Buffer.from(chunk);
      }
    } finally {
      said.push('let go');
    }
  }
  return { said, stream: stream() };
}

describe('what is begun before something is made', () => {
  it('is whole, and is not read ahead', async () => {
    const { said, stream } = source(['a', 'b', 'c']);
    const [whole, made] = await beginThen(stream, async () => said.join());
    expect(made).toBe('a');
    expect(said).toEqual(['a']);
    expect(Buffer.concat(await Array.fromAsync(whole)).toString()).toBe('abc');
    const [none] = await beginThen(source([]).stream, async () => 1);
    expect(await Array.fromAsync(none)).toEqual([]);
  });

  it('makes nothing where it cannot be begun', async () => {
    let made = 0;
    await expect(beginThen(source(['a'], 0).stream, async () => (made += 1))).rejects.toThrow('gone');
    expect(made).toBe(0);
  });

  it('is let go when that fails, or when nobody reads on', async () => {
    const failing = source(['a', 'b']);
    await expect(beginThen(failing.stream, () => Promise.reject(new Error('no key')))).rejects.toThrow(
      'no key',
    );
    expect(failing.said).toEqual(['a', 'let go']);
    const left = source(['a', 'b']);
    const [whole] = await beginThen(left.stream, async () => undefined);
    for await (const _ of whole) break;
    expect(left.said).toEqual(['a', 'let go']);
  });
});
