import type { Picture, Rectangle } from '@sluice/dicom';
import type { Passes } from './passes.js';
import type { Runs } from './turns.js';

/** Ways to prepare a close-up: each reads letters that another does not. */
export type CloseUpWay = 'even' | 'steep' | 'soft' | 'large';

/** A word that was read in a picture. Its text is identifying: it never leaves scrubbing. */
export interface FoundWord {
  readonly text: string;
  /** 0 to 100, as the reader believes. */
  readonly confidence: number;
  /** In pixels of the picture that was given. */
  readonly box: Rectangle;
  /** The way in which it was read in a close-up of its line (close-ups.ts): these read small print far better. */
  readonly closeUp?: CloseUpWay;
  /** Which way it runs where it does not stand upright. Its box lies in the picture all the same. */
  readonly runs?: Runs;
}

/** Reads text in grey pictures. Throws SCRUBBING_TEXT_UNREAD where reading failed or took too long: then nothing is known of the picture. */
export interface TextFinder {
  /** `passes`: how the picture is prepared; default: passesOf. */
  find(picture: Picture, passes?: Passes): Promise<readonly FoundWord[]>;
  close(): Promise<void>;
}

/** Several readers, each with its own thread; pictures go to the one with the least before it. Throws as TextFinder does. */
export interface TextFinders {
  /** `chinese`: Chinese (simplified), too, which takes longer. */
  find(
    picture: Picture,
    how: { readonly chinese: boolean; readonly passes?: Passes },
  ): Promise<readonly FoundWord[]>;
  close(): Promise<void>;
}
