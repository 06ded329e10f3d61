/** MIDI-B's ten kinds of checks, and four of our own. */
export const CHECK_KINDS = [
  'tag-retained',
  'text-not-null',
  'text-retained',
  'text-removed',
  'date-shifted',
  'uid-changed',
  'uid-consistent',
  'patient-id-consistent',
  'pixels-hidden',
  'pixels-retained',
  'interval-kept',
  'markers-stamped',
  'iod-valid',
  'readable',
] as const;
export type CheckKind = (typeof CHECK_KINDS)[number];

/** `leak`: something of the person is there. `loss`: something that may stay is not. `fault`: what should be true of every output is not. */
export type MissClass = 'leak' | 'loss' | 'fault';

/** What a miss of a kind means. */
export const CLASS_OF: Readonly<Record<CheckKind, MissClass>> = {
  'tag-retained': 'loss',
  'text-not-null': 'loss',
  'text-retained': 'loss',
  'text-removed': 'leak',
  'date-shifted': 'leak',
  'uid-changed': 'leak',
  'uid-consistent': 'fault',
  'patient-id-consistent': 'fault',
  'pixels-hidden': 'leak',
  'pixels-retained': 'loss',
  'interval-kept': 'fault',
  'markers-stamped': 'fault',
  'iod-valid': 'fault',
  readable: 'fault',
};

/** One check of one output. */
export interface Check {
  readonly kind: CheckKind;
  /** Where: a path, a word, a marker. */
  readonly at: string;
  /** Row of Table E.1-1, where one asks for it. */
  readonly row?: string;
  /** The word in pixels that it is about. */
  readonly word?: {
    readonly sizePx: number;
    readonly expected: 'mask' | 'keep';
    /** Written up or down the image. */
    readonly isSideways: boolean;
  };
  readonly passed: boolean;
  /** What is there instead. The corpus is made up: values may be shown. */
  readonly found?: string;
}
