import { describe, expect, it } from 'vitest';
import { encodeItemHeader, EXPLICIT_LE, UNDEFINED_LENGTH } from './encoding.js';
import { OutputQueue, pack, type Piece } from './output-queue.js';

const ITEM = 0xfffee000;
const COUNT = 10_000;

/** Items of 4 bytes each, as one buffer; a delimiter behind each when their length is undefined. */
function items(undefinedLength: boolean): Buffer {
  const header = encodeItemHeader(ITEM, undefinedLength ? UNDEFINED_LENGTH : 4, EXPLICIT_LE);
  const item = Buffer.concat([header, Buffer.from('abcd')]);
  const end = undefinedLength ? encodeItemHeader(0xfffee00d, 0, EXPLICIT_LE) : Buffer.alloc(0);
  return Buffer.concat(Array.from({ length: COUNT }, () => [item, end]).flat());
}

/** Passes them through a queue, each item's content kept or replaced, inside a sequence of defined length. */
function pass(
  buffer: Buffer,
  undefinedLength: boolean,
  contentOf: (index: number) => Buffer | undefined,
): Piece[] {
  const queue = new OutputQueue();
  const head = Buffer.from('HEAD0000SEQUENCE');
  const sequence = {
    tag: 0x00081140,
    vr: 'SQ',
    encoding: EXPLICIT_LE,
    buffer: head,
    start: 0,
    valueStart: 16,
    length: buffer.length,
  };
  queue.open(sequence);
  const stride = undefinedLength ? 20 : 12;
  for (let index = 0; index < COUNT; index += 1) {
    const start = index * stride;
    queue.open({
      tag: ITEM,
      vr: '',
      encoding: EXPLICIT_LE,
      buffer,
      start,
      valueStart: start + 8,
      length: undefinedLength ? -1 : 4,
    });
    const content = contentOf(index);
    if (content) queue.add(content);
    else queue.add(buffer, start + 8, start + 12);
    queue.close(EXPLICIT_LE);
  }
  queue.close(EXPLICIT_LE);
  return queue.drain();
}

describe('OutputQueue', () => {
  it.each([true, false])('holds many kept items as few pieces (undefined length: %s)', (undefinedLength) => {
    const buffer = items(undefinedLength);
    const pieces = pass(buffer, undefinedLength, () => undefined);
    expect(pieces.length).toBeLessThanOrEqual(3);
    expect(
      Buffer.concat([...pack(pieces)])
        .subarray(16)
        .equals(buffer),
    ).toBe(true);
  });

  it.each([true, false])(
    'keeps the others as they are when some change (undefined length: %s)',
    (undefinedLength) => {
      const buffer = items(undefinedLength);
      const changed = (index: number) => (index % 100 === 7 ? Buffer.from('longer') : undefined);
      const pieces = pass(buffer, undefinedLength, changed);
      const expected = Array.from({ length: COUNT }, (_, index) => {
        const content = changed(index) ?? Buffer.from('abcd');
        const header = encodeItemHeader(
          ITEM,
          undefinedLength ? UNDEFINED_LENGTH : content.length,
          EXPLICIT_LE,
        );
        return [
          header,
          content,
          undefinedLength ? encodeItemHeader(0xfffee00d, 0, EXPLICIT_LE) : Buffer.alloc(0),
        ];
      });
      expect(
        Buffer.concat([...pack(pieces)])
          .subarray(16)
          .equals(Buffer.concat(expected.flat())),
      ).toBe(true);
      expect(pieces.length).toBeLessThan(1_000);
    },
  );
});
