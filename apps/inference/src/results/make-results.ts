import type { Contract } from '../input/contract.js';
import { textOf } from '../input/header.js';
import type { FrameAnswer } from './answer-frame.js';
import { captureOf } from './dicom/capture.js';
import { NOTICE } from './dicom/modules.js';
import { reportOf } from './dicom/report.js';
import { numberedLesions, type NumberedLesion, type ResultRequest } from './dicom/result-request.js';
import { segmentationOf } from './dicom/segmentation.js';
import { findingSchema, MOST_CORNERS, type Finding } from './finding.js';
import { outlineOf, simplified } from './lesions/outline.js';
import { markedFrame, withoutMark } from './picture/marked-picture.js';
import { pngOf } from './picture/png.js';
import { agreementOf } from './second-opinion.js';
import { triageOf } from './triage.js';

/** All results of one object: Part 10 files, the finding, a picture. The same request gives the same bytes. */
export interface Results {
  readonly finding: Finding;
  /** Undefined where no lesion was found. */
  readonly segmentation: Buffer | undefined;
  readonly report: Buffer;
  readonly capture: Buffer;
  /** PNG of the leading frame, outlines drawn in. */
  readonly picture: Buffer;
}

/** Writes what a model said of an object (at least one frame). */
export function makeResults(request: ResultRequest): Results {
  const frame = leadingFrame(request.frames);
  const segmentation = segmentationOf(request);
  const drawn = markedFrame(frame);
  return {
    finding: findingOf(request, segmentation !== undefined),
    segmentation,
    report: reportOf(request),
    capture: captureOf(request, frame, drawn),
    picture: pngOf(withoutMark(drawn, frame)),
  };
}

/** The frame with the longest lesion, else the first. */
function leadingFrame(frames: readonly FrameAnswer[]): FrameAnswer {
  const longest = ({ lesions }: FrameAnswer) => Math.max(0, ...lesions.map(({ long }) => long));
  const [first, ...more] = frames;
  if (!first) throw new TypeError('results of no frame');
  return more.reduce((best, frame) => (longest(frame) > longest(best) ? frame : best), first);
}

function findingOf(request: ResultRequest, hasSegmentation: boolean): Finding {
  const { dataSet, model, contract, frames, newUid } = request;
  const lesions = numberedLesions(request);
  return findingSchema.parse({
    version: 1,
    notice: NOTICE,
    model,
    object: {
      studyInstanceUid: textOf(dataSet, 'StudyInstanceUID'),
      seriesInstanceUid: textOf(dataSet, 'SeriesInstanceUID'),
      sopInstanceUid: textOf(dataSet, 'SOPInstanceUID'),
      modality: textOf(dataSet, 'Modality'),
    },
    triage: triageOf(frames, contract),
    frames: frames.map((frame) => ({
      frame: frame.index + 1,
      spacingFrom: frame.spacing.from,
      classes: classesOf(contract, frame.probabilities),
      ...(frame.second && {
        secondOpinion: {
          model: frame.second.model,
          classes: classesOf(contract, frame.second.probabilities),
          agreement: agreementOf(frame),
        },
      }),
      lesions: lesions.filter((found) => found.frame === frame).map(lesionOf),
    })),
    results: {
      ...(hasSegmentation ? { segmentation: newUid('segmentation') } : {}),
      report: newUid('report'),
      capture: newUid('capture'),
    },
  });
}

function classesOf({ classes }: Contract, probabilities: readonly number[] = []) {
  return probabilities.map((probability, at) => ({ name: classes[at] ?? String(at), probability }));
}

function lesionOf({ number, lesion, frame, trackingUid }: NumberedLesion) {
  const { unit } = frame.spacing;
  return {
    segment: number,
    trackingUid,
    longAxis: { value: lesion.long, unit },
    longAxisEnds: lesion.ends.map(({ x, y }) => [x, y]),
    shortAxis: { value: lesion.short, unit },
    area: { value: unit === 'mm' ? lesion.area : lesion.areaPixels, unit },
    meanProbability: Math.min(1, lesion.meanProbability),
    outline: simplified(outlineOf(lesion.part), MOST_CORNERS).map(({ x, y }) => [x, y]),
  };
}
