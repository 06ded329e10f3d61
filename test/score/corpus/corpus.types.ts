import type { Rectangle } from '@sluice/dicom';

/** A value that was planted, and where: the answer sheet of one element. */
export interface Planted {
  /** The row of Table E.1-1 that speaks of it; `none` where none does. */
  readonly row: string;
  /** `GGGGEEEE`, or with the sequences around it: `52009229[0].GGGGEEEE`. */
  readonly path: string;
  readonly vr: string;
  /** As it was written, without padding. */
  readonly value: string;
  /** The part of it that nothing else in the corpus holds: where the value may not stay, this may stand nowhere in the file. */
  readonly token?: string;
  /** A clinical word beside the token: cleaning should leave it. */
  readonly clinical?: string;
}

/** A word drawn into pixels. */
export interface PlantedWord {
  readonly text: string;
  readonly box: Rectangle;
  /** Cap height and more: the font's size in pixels. */
  readonly sizePx: number;
  readonly frame: number | 'all';
  readonly expected: 'mask' | 'keep' | 'optional';
  readonly background: string;
  /** Written sideways: from the bottom to the top, or down. */
  readonly runs?: 'up' | 'down';
}

/** What is true of one object before, and must be judged after. */
export interface AnswerSheet {
  /** Name of the object in the corpus: made up, the same in every run. */
  readonly name: string;
  readonly group: string;
  /** Made-up patient that it belongs to: objects of one have one pseudonym and one offset. Empty: nobody knows. */
  readonly patient: string;
  readonly planted: readonly Planted[];
  /** What tells who the person is, in any spelling that the file holds: no byte of it may stay under any profile. */
  readonly identifying: readonly Buffer[];
  readonly words: readonly PlantedWord[];
  /** True: a valid IOD before, so that its errors after are ours. */
  readonly valid: boolean;
  /** What the pipeline should do with it: documents, say, are held by policy. */
  readonly outcome: 'released' | 'held' | 'either';
}

/** One object of the corpus. */
export interface CorpusObject {
  readonly sheet: AnswerSheet;
  readonly file: Buffer;
}
