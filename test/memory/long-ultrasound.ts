import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Codecs } from '@sluice/dicom';
import { fileMeta } from '@sluice/dicom';
import { encodeDataSet, sampleUid, seededRandom, us } from '@sluice/samples';
import sharp from 'sharp';

/** A film of an ultrasound device, as long as one likes. */
export interface LongUltrasound {
  readonly syntax: keyof typeof SYNTAXES;
  readonly frames: number;
  readonly rows: number;
  readonly columns: number;
}

const SYNTAXES = {
  native: '1.2.840.10008.1.2.1',
  rle: '1.2.840.10008.1.2.5',
  jpeg: '1.2.840.10008.1.2.4.50',
} as const;
const ULTRASOUND_FRAMES = '1.2.840.10008.5.1.4.1.1.3.1';
/** Speckle that differs from frame to frame by less than writing does. */
const SPECKLES = 4;
/** After so many frames the clock in the picture moves on. */
const FRAMES_PER_CLOCK = 250;
const CLOCKS = ['10:24:07', '10:24:08'];
const NAME = 'CORVALLE ELLINGROVE';

/** Writes the film into a file, frame by frame, with a name in its pixels that is in its header, too. Returns the bytes of its pixels. */
export async function writeLongUltrasound(
  file: string,
  film: LongUltrasound,
  codecs: Codecs,
): Promise<number> {
  const pictures = await picturesOf(film, codecs);
  const out = createWriteStream(file);
  const write = async (bytes: Buffer) => void (out.write(bytes) || (await once(out, 'drain')));
  const native = film.syntax === 'native';
  const frameBytes = film.rows * film.columns;
  await write(headOf(film));
  await write(native ? pixelHeader('OB', film.frames * frameBytes) : pixelHeader('OB', 0xffffffff));
  if (!native) await write(item(0xfffee000, 0));
  for (let frame = 0; frame < film.frames; frame += 1) {
    const clock = Math.floor(frame / FRAMES_PER_CLOCK) % CLOCKS.length;
    const picture = pictures[clock * SPECKLES + (frame % SPECKLES)] as Buffer;
    if (!native) await write(item(0xfffee000, picture.length));
    await write(picture);
  }
  if (!native) await write(item(0xfffee0dd, 0));
  out.end();
  await once(out, 'close');
  return film.frames * frameBytes;
}

async function picturesOf({ syntax, rows, columns }: LongUltrasound, codecs: Codecs): Promise<Buffer[]> {
  const random = seededRandom(7);
  const pictures: Buffer[] = [];
  for (const clock of CLOCKS)
    for (let speckle = 0; speckle < SPECKLES; speckle += 1) {
      const grey = await draw({ rows, columns, clock, random });
      pictures.push(await encoded(grey, { syntax, rows, columns, codecs }));
    }
  return pictures;
}

async function draw(wanted: { rows: number; columns: number; clock: string; random: () => number }) {
  const { rows: height, columns: width, clock, random } = wanted;
  const speckle = Buffer.alloc(width * height);
  for (let at = 0; at < speckle.length; at += 1) {
    const [x, y] = [(at % width) / width, at / width / height];
    if ((x - 0.5) ** 2 + (y - 0.55) ** 2 < 0.16) speckle[at] = 40 + 10 * random();
  }
  const text = (words: string, x: number, y: number) =>
    `<text x="${x}" y="${y}" font-family="DejaVu Sans" font-size="18" fill="#f0f0f0">${words}</text>`;
  const lines = [
    text(NAME, 20, 30),
    text(clock, width - 140, 30),
    text('MI 0.6', 20, height - 40),
    text('TIS 0.4', 20, height - 12),
  ];
  return sharp(speckle, { raw: { width, height, channels: 1 } })
    .composite([{ input: Buffer.from(`<svg width="${width}" height="${height}">${lines.join('')}</svg>`) }])
    .greyscale()
    .raw()
    .toBuffer();
}

async function encoded(
  grey: Buffer,
  how: Pick<LongUltrasound, 'syntax' | 'rows' | 'columns'> & { codecs: Codecs },
): Promise<Buffer> {
  const { syntax, rows, columns, codecs } = how;
  if (syntax === 'native') return grey;
  if (syntax === 'jpeg') {
    const raw = { width: columns, height: rows, channels: 1 } as const;
    return even(await sharp(grey, { raw }).jpeg({ quality: 85 }).toColourspace('b-w').toBuffer());
  }
  const bytes = await codecs.encode({
    ...{ codec: 'rle', transformColour: false, byResolution: false },
    shape: { rows, columns, samplesPerPixel: 1, bitsAllocated: 8, ybr: false },
    frame: { bytes: new Uint8Array(grey), colour: 'GREY', coding: { precision: 8, signed: false } },
  });
  return even(Buffer.from(bytes));
}

function headOf({ syntax, frames, rows, columns }: LongUltrasound): Buffer {
  const sopInstanceUID = sampleUid('instance', 'long ultrasound', syntax);
  const dataSet = encodeDataSet([
    [0x00080008, 'CS', 'ORIGINAL\\PRIMARY'],
    [0x00080016, 'UI', ULTRASOUND_FRAMES],
    [0x00080018, 'UI', sopInstanceUID],
    [0x00080060, 'CS', 'US'],
    [0x00100010, 'PN', 'Corvalle^Ellingrove'],
    [0x00100020, 'LO', 'QW83104427'],
    [0x0020000d, 'UI', sampleUid('study', 'long ultrasound', syntax)],
    [0x0020000e, 'UI', sampleUid('series', 'long ultrasound', syntax)],
    [0x00280002, 'US', us(1)],
    [0x00280004, 'CS', 'MONOCHROME2'],
    [0x00280008, 'IS', String(frames)],
    [0x00280010, 'US', us(rows)],
    [0x00280011, 'US', us(columns)],
    [0x00280100, 'US', us(8)],
    [0x00280101, 'US', us(8)],
    [0x00280102, 'US', us(7)],
    [0x00280103, 'US', us(0)],
  ]);
  const transferSyntaxUID = SYNTAXES[syntax];
  return Buffer.concat([
    fileMeta({ sopClassUID: ULTRASOUND_FRAMES, sopInstanceUID, transferSyntaxUID }),
    dataSet,
  ]);
}

function pixelHeader(vr: string, length: number): Buffer {
  const header = Buffer.from(`e07f1000${Buffer.from(vr).toString('hex')}000000000000`, 'hex');
  header.writeUInt32LE(length, 8);
  return header;
}

function item(tag: number, length: number): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16LE(tag >>> 16, 0);
  header.writeUInt16LE(tag & 0xffff, 2);
  header.writeUInt32LE(length, 4);
  return header;
}

function even(bytes: Buffer): Buffer {
  return bytes.length % 2 ? Buffer.concat([bytes, Buffer.alloc(1)]) : bytes;
}
