import { createHash } from 'node:crypto';
import { createCodecs, readGreyPicture, type Codecs, type Picture, writePart10 } from '@sluice/dicom';
import { askModel } from '../infer-object.js';
import type { Contract } from '../input/contract.js';
import { modelFrames, readInput } from '../input/read-input.js';
import type { LoadedModel } from '../model/open-models.js';
import { answerFrame, type FrameAnswer } from '../results/answer-frame.js';
import { axesOf } from '../results/lesions/axes.js';
import { type Part, partsOf } from '../results/lesions/parts.js';
import {
  type Figures,
  type FigureName,
  figuresOf,
  type Interval,
  intervalsOf,
  type Scored,
} from './figures.js';
import { invalid, readManifest, readRowFile, type Row } from './manifest.js';

/** Which rows, and how many pictures at once. */
export interface EvaluateOptions {
  /** Column and the values that it may have; left out: every row. */
  readonly where?: { readonly column: string; readonly values: readonly string[] } | undefined;
  readonly atOnce: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** What a folder of pictures with masks says of a model. */
export interface Evaluation extends Figures {
  readonly n: number;
  readonly groups: number;
  readonly intervals: Readonly<Record<FigureName, Interval>>;
  /** SHA-256 over ids, file digests and labels: names the data without holding any. */
  readonly dataDigest: string;
}

/** Spacing of a picture that nobody knows the size of. */
const PIXELS = { row: 1, column: 1, unit: 'pixel', from: 'none' } as const;

/**
 * Scores a model on a folder of pictures and masks with MANIFEST.tsv, each picture wrapped as a DICOM object and put on the service's
 * own way: header, greys, letterbox, model, letterbox back, outline, long axis. @throws SluiceError INFERENCE_DATA_INVALID, INFERENCE_*, DICOM_*
 */
export async function evaluateFolder(
  model: Pick<LoadedModel, 'contract' | 'queue'>,
  folder: string,
  options: EvaluateOptions,
): Promise<Evaluation> {
  const all = await readManifest(folder);
  const { where } = options;
  const rows = where ? all.filter((row) => where.values.includes(row[where.column] ?? '')) : all;
  if (rows.length === 0) throw invalid('no row is left');
  const label = labelColumn(rows, model.contract);
  const codecs = createCodecs();
  try {
    const scored = await inTurns(rows, options, (row) => score({ model, folder, row, label, codecs }));
    return {
      ...figuresOf(scored),
      n: scored.length,
      groups: new Set(scored.map(({ group }) => group)).size,
      intervals: intervalsOf(scored),
      dataDigest: digestOf(rows, label),
    };
  } finally {
    await codecs.close();
  }
}

/** The column that holds nothing but classes of the model. */
function labelColumn(rows: readonly Row[], { classes }: Contract): string {
  const columns = Object.keys(rows[0] ?? {});
  const found = columns.find((column) => rows.every((row) => classes.includes(row[column] ?? '')));
  if (!found) throw invalid("no column holds the model's classes");
  return found;
}

interface Case {
  readonly model: Pick<LoadedModel, 'contract' | 'queue'>;
  readonly folder: string;
  readonly row: Row;
  readonly label: string;
  readonly codecs: Codecs;
}

async function score({ model, folder, row, label, codecs }: Case): Promise<Scored> {
  const [picture, mask] = [
    await readGreyPicture(await readRowFile(folder, row, 'image')),
    await readGreyPicture(await readRowFile(folder, row, 'mask')),
  ];
  const { width, height } = picture;
  if (mask.width !== width || mask.height !== height) throw invalid('a picture and its mask differ in size');
  const truth = Uint8Array.from(mask.data, (grey) => Number(grey >= 128));
  const answer = await answerTo(picture, model, codecs);
  const found = new Uint8Array(truth.length);
  for (const { part } of answer.lesions) paint(found, width, part);
  const trueAxis = axisOf(truth, picture);
  if (trueAxis === 0) throw invalid('a mask is empty');
  return {
    ...overlap(found, truth),
    axisError: Math.abs(axisOf(found, picture) - trueAxis) / trueAxis,
    probabilities:
      answer.probabilities ?? model.contract.classes.map(() => 1 / model.contract.classes.length),
    label: model.contract.classes.indexOf(row[label] ?? ''),
    group: row['patient'] || (row['id'] ?? ''),
  };
}

async function answerTo(
  picture: Picture,
  model: Pick<LoadedModel, 'contract' | 'queue'>,
  codecs: Codecs,
): Promise<FrameAnswer> {
  const { contract } = model;
  const object = wrapped(picture, contract);
  const open = async function* once() {
    yield object;
  };
  const input = await readInput(open, contract);
  if (typeof input === 'string') throw invalid(`a picture is not of the model's kind, ${input}`);
  for await (const frame of modelFrames(open, input, { contract, codecs }))
    return answerFrame(frame, frame.image && (await askModel(model, frame.image)), contract);
  throw invalid('a picture has no frame');
}

/** The picture as an object that the model was made for. */
function wrapped({ width, height, data }: Picture, { fits }: Contract): Buffer {
  return writePart10({
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.7',
    SOPInstanceUID: '2.25.1',
    StudyInstanceUID: '2.25.2',
    SeriesInstanceUID: '2.25.3',
    Modality: fits.modality[0] ?? '',
    BodyPartExamined: fits.bodyPart[0] ?? '',
    // What a manifest cannot say of its pictures is taken from the contract.
    ...(fits.sequence && { AcquisitionContrast: 'T1', ContrastBolusAgent: 'yes' }),
    SamplesPerPixel: [1],
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: [height],
    Columns: [width],
    BitsAllocated: [8],
    BitsStored: [8],
    HighBit: [7],
    PixelRepresentation: [0],
    PixelData: data,
  });
}

function paint(mask: Uint8Array, width: number, { box, data }: Part): void {
  for (let y = 0; y < box.height; y += 1)
    for (let x = 0; x < box.width; x += 1)
      if (data[y * box.width + x] === 1) mask[(box.top + y) * width + box.left + x] = 1;
}

/** In pixels, of the largest part; 0 where there is none. */
function axisOf(data: Uint8Array, { width, height }: Pick<Picture, 'width' | 'height'>): number {
  const [part] = partsOf({ width, height, data }, 1);
  return part ? axesOf(part, PIXELS).long : 0;
}

function overlap(found: Uint8Array, truth: Uint8Array): { dice: number; iou: number } {
  let both = 0;
  let sum = 0;
  for (let at = 0; at < truth.length; at += 1) {
    both += (found[at] ?? 0) & (truth[at] ?? 0);
    sum += (found[at] ?? 0) + (truth[at] ?? 0);
  }
  return sum === 0 ? { dice: 1, iou: 1 } : { dice: (2 * both) / sum, iou: both / (sum - both) };
}

/** So many at once, answers in the order of the rows. */
async function inTurns(
  rows: readonly Row[],
  { atOnce, onProgress }: EvaluateOptions,
  work: (row: Row) => Promise<Scored>,
): Promise<Scored[]> {
  const answers: Scored[] = [];
  let next = 0;
  let done = 0;
  const worker = async () => {
    while (next < rows.length) {
      const at = next;
      next += 1;
      answers[at] = await work(rows[at]!);
      onProgress?.((done += 1), rows.length);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return answers;
}

function digestOf(rows: readonly Row[], label: string): string {
  const lines = rows.map((row) =>
    ['id', 'image_sha256', 'mask_sha256', label].map((name) => row[name] ?? '').join('\t'),
  );
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}
