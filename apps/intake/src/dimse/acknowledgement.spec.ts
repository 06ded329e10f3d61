import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EVENTS, encodeEvent } from '@sluice/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import { IntakeRoom, until } from '../testing/intake-room.js';
import {
  BIG_ENDIAN,
  DEFLATED,
  EXPLICIT,
  freshUid,
  IMPLICIT,
  madeImage,
  MR_IMAGE,
} from '../testing/made-image.js';

let room: IntakeRoom;
const opened: IntakeRoom[] = [];
async function enter(...options: Parameters<typeof IntakeRoom.open>): Promise<IntakeRoom> {
  room = await IntakeRoom.open(...options);
  opened.push(room);
  return room;
}
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

const STORED = { outcome: 'stored', status: 0 };

describe('success only after bytes and event are durable (walk, step 3)', () => {
  it.each([EXPLICIT, IMPLICIT, BIG_ENDIAN, DEFLATED])(
    'a data set in %s is staged byte for byte',
    async (syntax) => {
      await enter();
      const image = madeImage({ transferSyntaxUID: syntax });
      expect(await room.send([image])).toMatchObject([STORED]);
      const [event] = await room.awaitEvents('instance.received.v1');
      const file = await room.open(event!.data.object, 'staging-raw');
      expect(file.subarray(128, 132).toString()).toBe('DICM');
      expect(file.subarray(-image.bytes.length)).toEqual(image.bytes);
      expect(event!.data).toMatchObject({
        transferSyntaxUID: syntax,
        peer: 'ct-1',
        tenant: 't1',
        priority: 'medium',
      });
    },
  );

  it('sender-gets-no-success-when-the-store-is-down', async () => {
    await enter();
    await room.send([madeImage()]);
    await room.awaitEvents('batch.closed.v1');
    await rm(join(room.folder, 'store'), { recursive: true });
    const [result] = await room.send([madeImage()]).catch(() => [{ outcome: 'rejected' }]);
    expect(result).not.toMatchObject({ outcome: 'stored' });
    expect(room.ofType('instance.received.v1')).toHaveLength(1);
  });

  it('sender-gets-no-success-when-the-store-does-not-answer', async () => {
    const gone = 's3://bucket?endpoint=http://127.0.0.1:1&region=us-east-1';
    process.env['AWS_ACCESS_KEY_ID'] ??= 'none';
    process.env['AWS_SECRET_ACCESS_KEY'] ??= 'none';
    // The master key is there already: over a store that cannot be asked none is made.
    const { folder } = await enter();
    await enter({ settings: { STORE_URL: gone, KEYS_URL: `local:${folder}/keys` } });
    const results = await room.send([madeImage()]);
    expect(results).toMatchObject([{ outcome: 'failed', status: 0xa700, comment: 'STORE_UNAVAILABLE' }]);
  });

  it('sender-gets-no-success-when-the-bus-is-down', async () => {
    await enter();
    await room.send([madeImage()]);
    await room.doors.get('bus')!.close();
    const results = await room.send([madeImage()]);
    expect(results).toMatchObject([{ outcome: 'failed', status: 0xa700, comment: 'BUS_UNAVAILABLE' }]);
    expect(room.ofType('instance.received.v1')).toHaveLength(1);
  });
});

describe('who an instance is', () => {
  it('the same instance and content twice: success twice, one contentKey; other content: another contentKey', async () => {
    await enter();
    const image = madeImage({
      sopInstanceUID: '2.25.77',
      studyInstanceUID: '2.25.78',
      seriesInstanceUID: '2.25.79',
    });
    const other = madeImage({
      sopInstanceUID: '2.25.77',
      studyInstanceUID: '2.25.78',
      seriesInstanceUID: '2.25.79',
      pixels: Buffer.alloc(2048, 8),
    });
    expect(await room.send([image, image, other])).toMatchObject([STORED, STORED, STORED]);
    const [first, second, third] = await room.awaitEvents('instance.received.v1', 3);
    expect(second!.data.contentKey).toBe(first!.data.contentKey);
    expect(third!.data.contentKey).not.toBe(first!.data.contentKey);
    expect(new Set([first, second, third].map((each) => each!.data.instanceKey)).size).toBe(1);
    expect(new Set([first, second, third].map((each) => each!.data.object.name)).size).toBe(3);
  });

  it.each(['studyInstanceUID', 'seriesInstanceUID', 'sopInstanceUID'] as const)(
    'a missing %s is refused in the A9xx range, with its code',
    async (field) => {
      await enter();
      const made = madeImage({ [field]: '' });
      const image = { ...made, sopInstanceUID: made.sopInstanceUID || freshUid() };
      const code = 'INTAKE_IDENTIFIERS_MISSING';
      expect(await room.send([image])).toMatchObject([{ outcome: 'failed', status: 0xa900, comment: code }]);
      expect(await room.stagedRaw()).toEqual([]);
    },
  );

  it('a UID with a leading zero in a component, as real archives hold, is taken', async () => {
    await enter();
    expect(await room.send([madeImage({ sopInstanceUID: '999.999.01.23.45.6789' })])).toMatchObject([STORED]);
  });

  it('a UID with ../ is refused and names no object', async () => {
    await enter();
    const image = madeImage({ studyInstanceUID: '../../etc' });
    expect(await room.send([image])).toMatchObject([
      { outcome: 'failed', status: 0xa900, comment: 'INTAKE_IDENTIFIERS_MISSING' },
    ]);
    expect(await room.stagedRaw()).toEqual([]);
  });

  it('a class or instance other than the command says is refused', async () => {
    await enter();
    const instance = { ...madeImage(), sopInstanceUID: freshUid() };
    const otherClass = { ...madeImage(), sopClassUID: MR_IMAGE };
    const refused = { outcome: 'failed', status: 0xa900, comment: 'INTAKE_UID_MISMATCH' };
    expect(await room.send([instance, otherClass])).toMatchObject([refused, refused]);
  });

  it('a cut data set, and one that is no DICOM, are refused and the association lives on', async () => {
    await enter();
    const image = madeImage();
    const cut = { ...madeImage(), dataSet: () => once(image.bytes.subarray(0, 60)) };
    const nonsense = { ...madeImage(), dataSet: () => once(Buffer.alloc(500, 0x41)) };
    const results = await room.send([cut, nonsense, image]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'stored']);
  });
});

describe('law 2: nothing identifying in an event, an object name or a log line', () => {
  it('keeps every word of the image out', async () => {
    await enter();
    const image = madeImage({ patientId: 'MARKER-ID', issuer: 'MARKER-ISSUER' });
    await room.send([image, { ...madeImage({ patientId: 'MARKER-ID' }), sopInstanceUID: freshUid() }]);
    await room.awaitEvents('batch.closed.v1');
    const bytes = room.events.map((event) => {
      EVENTS[event.type].parse(event.data);
      const { value, headers } = encodeEvent(event);
      return `${String(value)} ${JSON.stringify(headers)}`;
    });
    const all = [...bytes, ...room.lines, ...(await room.stagedRaw())].join('\n');
    expect(all).not.toContain('MARKER');
    expect(all).not.toContain(image.sopInstanceUID);
    expect(all).not.toContain('CT1');
  });
});

describe('batch.closed when an association ends', () => {
  it('names each study with its counts, and its list can be read', async () => {
    await enter();
    const study = { studyInstanceUID: freshUid(), seriesInstanceUID: freshUid() };
    const twice = madeImage(study);
    const images = [
      twice,
      twice,
      madeImage(study),
      madeImage({ ...study, seriesInstanceUID: freshUid() }),
      madeImage(),
    ];
    await room.send(images);
    const closed = await room.awaitEvents('batch.closed.v1', 2);
    const whole = closed.find(({ data }) => data.instances === 3)!.data;
    expect(whole.series.map(({ instances }) => instances)).toEqual([2, 1]);
    expect(whole).toMatchObject({ seriesTotal: 2, peer: 'ct-1' });
    const list = JSON.parse((await room.open(whole.list, 'staging-batch')).toString()) as {
      instances: string[];
    }[];
    const received = await room.awaitEvents('instance.received.v1', 5);
    const keys = received
      .filter(({ data }) => data.studyKey === whole.studyKey)
      .map(({ data }) => data.instanceKey);
    expect(new Set(list.flatMap(({ instances }) => instances))).toEqual(new Set(keys));
    expect(received.every(({ data }) => data.batchKey === whole.batchKey)).toBe(true);
  });

  it('also when the association breaks off', async () => {
    await enter();
    const broken = { ...madeImage(), dataSet: () => breaking() };
    const results = await room.send([madeImage(), broken]);
    expect(results).toMatchObject([STORED, { outcome: 'unsent' }]);
    const [closed] = await room.awaitEvents('batch.closed.v1');
    expect(closed!.data.instances).toBe(1);
    expect(await room.stagedRaw()).toHaveLength(1);
  });

  it('says nothing for an association that brought nothing', async () => {
    await enter();
    await room.send([madeImage({ studyInstanceUID: '' })]);
    await room.send([madeImage()]);
    await until(() => room.ofType('batch.closed.v1').length > 0);
    expect(room.ofType('batch.closed.v1')).toHaveLength(1);
  });
});

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}

async function* breaking(): AsyncGenerator<Buffer> {
  yield await Promise.resolve(madeImage().bytes.subarray(0, 400));
  throw new Error('the sender dies');
}
