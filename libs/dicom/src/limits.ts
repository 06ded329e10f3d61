import { SluiceError } from '@sluice/contracts';

/** Bounds on what one object may make us do; each has a default in DEFAULT_LIMITS. */
export interface DicomLimits {
  /** Sequences within sequences. */
  readonly maxDepth: number;
  /** Elements at all depths, and items at all depths (fragments included). */
  readonly maxElements: number;
  readonly maxItems: number;
  /** Everything but bulk values, bytes. */
  readonly maxHeaderBytes: number;
  /** A value above this is bulk: it streams past and is never held whole. */
  readonly maxValueBytes: number;
  /** File meta information (group 0002), bytes. */
  readonly maxMetaBytes: number;
  /** Deflated data sets: inflated bytes in all, and inflated over deflated once `inflateFloorBytes` have come out. */
  readonly maxInflatedBytes: number;
  readonly maxInflateRatio: number;
  readonly inflateFloorBytes: number;
  /** One frame of pixels, decoded, bytes; encoded it may be as long and a little more. */
  readonly maxFrameBytes: number;
  /** All compressed frames of one object, decoded, bytes: a blank frame is a few bytes that take as long as a full one. */
  readonly maxPixelBytes: number;
}

const MIB = 1024 * 1024;

/** The bounds used where a caller names none. */
export const DEFAULT_LIMITS: DicomLimits = {
  maxDepth: 64,
  maxElements: 4_000_000,
  maxItems: 1_000_000,
  maxHeaderBytes: 64 * MIB,
  maxValueBytes: MIB,
  maxMetaBytes: MIB,
  maxInflatedBytes: 4096 * MIB,
  maxInflateRatio: 200,
  inflateFloorBytes: 16 * MIB,
  maxFrameBytes: 128 * MIB,
  maxPixelBytes: 64 * 1024 * MIB,
};

/** The defaults with some bounds replaced. */
export function limitsOf(some: Partial<DicomLimits> = {}): DicomLimits {
  return { ...DEFAULT_LIMITS, ...some };
}

/** DICOM_MALFORMED; `detail` names structure only, never a value. */
export function malformed(detail: string, cause?: unknown): SluiceError {
  return new SluiceError('DICOM_MALFORMED', { detail, cause });
}

/** DICOM_PIXELS_MALFORMED; `detail` names structure only. */
export function brokenPixels(detail: string): SluiceError {
  return new SluiceError('DICOM_PIXELS_MALFORMED', { detail });
}

/** DICOM_PIXELS_UNSUPPORTED; `detail` names what no codec here reads. */
export function unreadPixels(detail: string): SluiceError {
  return new SluiceError('DICOM_PIXELS_UNSUPPORTED', { detail });
}

/** DICOM_LIMIT_EXCEEDED; `detail` names the limit. */
export function exceeded(detail: string): SluiceError {
  return new SluiceError('DICOM_LIMIT_EXCEEDED', { detail });
}
