import { describe, expect, it } from 'vitest';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { ElementAction, ElementView, RewritePlan } from '../data-set/rewrite.types.js';
import { encodeHeader, EXPLICIT_LE, IMPLICIT_LE } from '../data-set/encoding.js';
import {
  element,
  elementIn,
  EXPLICIT_LITTLE_ENDIAN,
  fragments,
  gather,
  inChunks,
  part10,
  sequence,
} from './part10-fixture.js';
import { readElements, rewritePart10 } from './rewrite-part10.js';
import { splitPart10 } from './split-part10.js';

const KEEP: ElementAction = { do: 'keep' };
const keepAll: RewritePlan = { decide: () => KEEP };
const NAME = element(0x00100010, 'PN', 'Planted^Name');
const ID = element(0x00100020, 'LO', 'A1');
const PIXELS = element(0x7fe00010, 'OW', Buffer.alloc(4096, 7));

function on(actions: Record<number, ElementAction>): RewritePlan {
  return { decide: ({ tag }) => actions[tag] ?? KEEP };
}

async function dataSetOf(file: Buffer): Promise<Buffer> {
  return gather((await splitPart10(inChunks(file))).dataSet);
}

async function rewritten(
  elements: readonly Buffer[],
  plan: RewritePlan,
  syntax = EXPLICIT_LITTLE_ENDIAN,
): Promise<Buffer> {
  return dataSetOf(await gather(rewritePart10(inChunks(part10(elements, syntax), 700), plan)));
}

async function viewsOf(file: Buffer): Promise<ElementView[]> {
  const views: ElementView[] = [];
  await readElements(inChunks(file, 33), (view) => views.push(view));
  return views;
}

describe('rewritePart10', () => {
  it('keeps every byte of what is kept', async () => {
    const file = part10([
      NAME,
      sequence(0x00101002, [ID, ID]),
      sequence(0x00101100, [ID], { undefinedLength: true }),
      PIXELS,
    ]);
    expect(await gather(rewritePart10(inChunks(file, 9), keepAll))).toEqual(file);
  });

  it('removes, empties and replaces at depth 0, and pads', async () => {
    const plan = on({
      0x00100010: { do: 'replace', value: Buffer.from('X^Y') },
      0x00100020: { do: 'empty' },
      0x00100030: { do: 'remove' },
    });
    const out = await rewritten([NAME, ID, element(0x00100030, 'DA', '19700101'), PIXELS], plan);
    expect(out).toEqual(
      Buffer.concat([element(0x00100010, 'PN', 'X^Y'), element(0x00100020, 'LO', ''), PIXELS]),
    );
  });

  it.each([false, true])(
    'sets lengths anew inside sequences (undefined length: %s)',
    async (undefinedLength) => {
      const nest = (inner: Buffer): Buffer =>
        sequence(0x00081140, [Buffer.concat([sequence(0x00081199, [inner], { undefinedLength }), ID])], {
          undefinedLength,
        });
      const plan = on({ 0x00100010: { do: 'replace', value: Buffer.from('Somebody^Else^Longer') } });
      expect(await rewritten([nest(NAME)], plan)).toEqual(
        nest(element(0x00100010, 'PN', 'Somebody^Else^Longer')),
      );
      expect(await rewritten([nest(NAME)], on({ 0x00100010: { do: 'remove' } }))).toEqual(
        nest(Buffer.alloc(0)),
      );
    },
  );

  it('does not show what is inside a removed, emptied or replaced sequence', async () => {
    for (const action of ['remove', 'empty', 'replace'] as const) {
      const seen: number[] = [];
      const plan: RewritePlan = {
        decide({ tag }) {
          seen.push(tag);
          return tag === 0x00081140 ? { do: action, value: Buffer.alloc(0) } : KEEP;
        },
      };
      const out = await rewritten([sequence(0x00081140, [sequence(0x00081199, [NAME])]), ID], plan);
      expect(out).toEqual(action === 'remove' ? ID : Buffer.concat([sequence(0x00081140, []), ID]));
      expect(seen).not.toContain(0x00100010);
    }
  });

  it('stamps in tag order, in place of what was there, before and after pixel data', async () => {
    const stamp = (): { tag: number; vr: string; value: Buffer }[] => [
      { tag: 0xfffcfffc, vr: 'OB', value: Buffer.alloc(2) },
      { tag: 0x00120062, vr: 'CS', value: Buffer.from('YES') },
      { tag: 0x00100020, vr: 'LO', value: Buffer.from('P1') },
    ];
    const out = await rewritten([NAME, ID, element(0x00280010, 'US', Buffer.alloc(2)), PIXELS], {
      ...keepAll,
      stamp,
    });
    expect(out).toEqual(
      Buffer.concat([
        NAME,
        element(0x00100020, 'LO', 'P1'),
        element(0x00120062, 'CS', 'YES'),
        element(0x00280010, 'US', Buffer.alloc(2)),
        PIXELS,
        element(0xfffcfffc, 'OB', Buffer.alloc(2)),
      ]),
    );
  });

  it('asks for stamps once, after the header was decided', async () => {
    const events: string[] = [];
    const plan: RewritePlan = {
      decide({ tag }) {
        events.push(tag.toString(16));
        return KEEP;
      },
      stamp() {
        events.push('stamp');
        return [];
      },
    };
    await rewritten([NAME, PIXELS, element(0xfffcfffc, 'OB', Buffer.alloc(2))], plan);
    expect(events.slice(-4)).toEqual(['100010', '7fe00010', 'stamp', 'fffcfffc']);
  });

  it('rewrites the file meta with its group length; the transfer syntax stays', async () => {
    const plan = on({
      0x00020003: { do: 'replace', value: Buffer.from('2.25.1234567') },
      0x00020010: { do: 'remove' },
      0x00020013: { do: 'remove' },
    });
    const file = await gather(rewritePart10(inChunks(part10([NAME])), plan));
    const { meta } = await splitPart10(inChunks(file));
    expect(meta).toMatchObject({
      mediaStorageSOPInstanceUID: '2.25.1234567',
      transferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
    });
    expect(file.length - 144 - file.readUInt32LE(140)).toBe(NAME.length);
  });

  it('clears the preamble', async () => {
    const file = part10([NAME]);
    file.write('Planted Name');
    expect((await gather(rewritePart10(inChunks(file), keepAll))).indexOf('Planted Name')).toBe(-1);
  });

  it('drops group lengths and pads odd values, which shows in the lengths around them', async () => {
    const odd = Buffer.concat([
      encodeHeader({ tag: 0x00100020, vr: 'LO' }, 3, EXPLICIT_LE),
      Buffer.from('ABC'),
    ]);
    const groupLength = element(0x00100000, 'UL', Buffer.from([9, 0, 0, 0]));
    expect(await rewritten([groupLength, sequence(0x00101002, [odd])], keepAll)).toEqual(
      sequence(0x00101002, [element(0x00100020, 'LO', 'ABC')]),
    );
  });

  it('shows path, creator and character set as they are in force', async () => {
    const creator = element(0x00090010, 'LO', 'ACME 1.0');
    const own = element(0x00091001, 'LO', 'x');
    const item = Buffer.concat([element(0x00080005, 'CS', 'ISO_IR 192'), own]);
    const views = await viewsOf(
      part10([
        element(0x00080005, 'CS', '\\ISO 2022 IR 87'),
        sequence(0x00081140, [ID, item]),
        creator,
        own,
        sequence(0x00091040, [own]),
      ]),
    );
    const at = (tag: number): ElementView[] => views.filter((view) => view.tag === tag);
    expect(at(0x00100020)[0]).toMatchObject({
      path: [{ tag: 0x00081140, item: 0 }],
      charset: ['', 'ISO 2022 IR 87'],
    });
    expect(
      at(0x00091001).map(({ path, charset, privateCreator }) => [
        path.length,
        charset.at(-1),
        privateCreator,
      ]),
    ).toEqual([
      [1, 'ISO_IR 192', undefined],
      [0, 'ISO 2022 IR 87', 'ACME 1.0'],
      [1, 'ISO 2022 IR 87', undefined],
    ]);
    expect(at(0x00091040)[0]).toMatchObject({ vr: 'SQ', value: undefined, privateCreator: 'ACME 1.0' });
  });

  it('streams what is long, in and out of sequences, and can replace it', async () => {
    const long = element(0x54001010, 'OW', Buffer.alloc(3 * 1024 * 1024, 3));
    const document = element(0x00420011, 'OB', Buffer.alloc(5 * 1024 * 1024, 9));
    const elements = [document, sequence(0x54000100, [Buffer.concat([ID, long])])];
    const out = await rewritten(elements, keepAll);
    expect(
      out.equals(
        Buffer.concat([
          document,
          sequence(0x54000100, [Buffer.concat([ID, long])], { undefinedLength: true }),
        ]),
      ),
    ).toBe(true);
    const replaced = await rewritten(
      elements,
      on({ 0x00420011: { do: 'replace', value: Buffer.from('no') }, 0x54001010: { do: 'empty' } }),
    );
    expect(replaced).toEqual(
      Buffer.concat([
        element(0x00420011, 'OB', 'no'),
        sequence(0x54000100, [Buffer.concat([ID, element(0x54001010, 'OW', '')])]),
      ]),
    );
  });

  it('passes pixel data on while it comes', async () => {
    let given = 0;
    async function* slowly(): AsyncGenerator<Buffer> {
      for await (const chunk of inChunks(
        part10([NAME, element(0x7fe00010, 'OW', Buffer.alloc(4_000_000))]),
        50_000,
      )) {
        given += chunk.length;
        yield chunk;
      }
    }
    let taken = 0;
    for await (const chunk of rewritePart10(slowly(), keepAll)) {
      taken += chunk.length;
      expect(given - taken).toBeLessThan(60_000);
    }
  });

  it('keeps fragments and decides what follows them', async () => {
    const tail = element(0xfffcfffc, 'OB', Buffer.alloc(2));
    const pixels = fragments(0x7fe00010, [Buffer.alloc(10, 1), Buffer.alloc(20, 2)]);
    expect(
      await rewritten([NAME, pixels, tail], on({ 0xfffcfffc: { do: 'remove' } }), '1.2.840.10008.1.2.4.50'),
    ).toEqual(Buffer.concat([NAME, pixels]));
  });

  it('writes implicit, big endian and deflated as it read them', async () => {
    const bigEndian = { explicit: true, littleEndian: false };
    const plan = on({ 0x00100010: { do: 'replace', value: Buffer.from('X^') } });
    const rows = (encoding: typeof bigEndian, name: string): Buffer[] => [
      sequence(0x00081140, [elementIn(encoding)(0x00100010, 'PN', name)], { encoding }),
      elementIn(encoding)(0x00100010, 'PN', name),
    ];
    expect(await rewritten(rows(bigEndian, 'Planted^'), plan, '1.2.840.10008.1.2.2')).toEqual(
      Buffer.concat(rows(bigEndian, 'X^')),
    );
    expect(await rewritten(rows(IMPLICIT_LE, 'Planted^'), plan, '1.2.840.10008.1.2')).toEqual(
      Buffer.concat(rows(IMPLICIT_LE, 'X^')),
    );
    const deflated = await rewritten(
      [deflateRawSync(Buffer.concat(rows(EXPLICIT_LE, 'Planted^')))],
      plan,
      '1.2.840.10008.1.2.1.99',
    );
    expect(inflateRawSync(deflated)).toEqual(Buffer.concat(rows(EXPLICIT_LE, 'X^')));
    expect(deflated.length % 2).toBe(0);
  });

  it('ends the source when the plan throws', async () => {
    let closed = false;
    async function* source(): AsyncGenerator<Buffer> {
      try {
        yield* inChunks(part10([NAME, PIXELS]), 100);
      } finally {
        closed = true;
      }
    }
    const plan: RewritePlan = {
      decide() {
        throw new RangeError('no');
      },
    };
    await expect(gather(rewritePart10(source(), plan))).rejects.toThrow('no');
    expect(closed).toBe(true);
  });
});
