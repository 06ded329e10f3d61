import { isSluiceError, type QuarantineRecord } from '@sluice/contracts';
import {
  type Codecs,
  decodeText,
  type ElementAction,
  type ElementView,
  type EncodedFrame,
  formatTag,
  keywordOf,
  pickAttributes,
  splitPart10,
  syntaxOf,
  tagOf,
} from '@sluice/dicom';
import { CODE_VERSION, type Profile } from './profile/profile.js';
import type { PixelFindings } from './pixels/look/look-at-pixels.js';
import type { ObjectSource } from './pixels/prepare-pixels.js';
import { picturesOf } from './quarantine-pictures.js';
import type { Counts, Observer } from './scrub-plan.js';

/** What a record is made of. The original is opened once more for its header, and again for its pictures. */
export interface RecordRequest {
  readonly source: ObjectSource;
  /** Without them there are no pictures. */
  readonly codecs: Codecs | undefined;
  readonly held: {
    readonly code: string;
    readonly detail: string;
    readonly changes?: Changes;
    readonly findings?: Pick<PixelFindings, 'rectangles'>;
  };
  readonly profile: Profile;
  /** What the event of the instance says already. */
  readonly known: Pick<QuarantineRecord, 'outcome' | 'sopClassUID' | 'transferSyntaxUID' | 'sealedSizeBytes'>;
}

/** How far scrubbing got with the header: what became of elements, never their values. */
export interface Changes {
  readonly counts: Counts;
  readonly removed: ReadonlySet<string>;
  readonly replaced: ReadonlySet<string>;
}

/** Longest side of a picture, and from how many frames. */
const SIDE = 512;
const MOST_FRAMES = 3;
/** Of a long object the frames after so many bytes have no picture. */
const MOST_BYTES = 256 * 1024 * 1024;
/** A frame with more is not drawn: it would hold the process up. */
const MOST_PIXELS = 64 * 1024 * 1024;
const MOST_KEYWORDS = 500;

/** What kind of image it is and who made it: what a device rule would ask for. Nothing that says whom it shows. */
const FACTS = [
  'ImageType',
  'Modality',
  'ConversionType',
  'Manufacturer',
  'ManufacturerModelName',
  'SoftwareVersions',
  'SamplesPerPixel',
  'PhotometricInterpretation',
  'NumberOfFrames',
  'Rows',
  'Columns',
  'BitsAllocated',
  'BitsStored',
  'BurnedInAnnotation',
  'RecognizableVisualFeatures',
  'LossyImageCompression',
];
const FACT_TAGS = FACTS.map((keyword) => tagOf(keyword) ?? 0);

/**
 * What a person will be shown of a quarantined instance. An object that does not read gives what it gives: the code of the reader then
 * stands in `notPictured`. @throws what the source throws of its own
 */
export async function quarantineRecord(request: RecordRequest): Promise<QuarantineRecord> {
  const { held, profile, known } = request;
  const { changes } = held;
  const before = await orCode(() => factsOf(request));
  const shown = await shownFrames(request);
  return {
    schema: 'quarantine.record.v1',
    code: held.code,
    detail: held.detail.slice(0, 512),
    ...known,
    profile: { name: profile.name, digest: profile.digest },
    codeVersion: CODE_VERSION,
    before: typeof before === 'string' ? {} : before,
    after: {
      counts: { ...(changes?.counts ?? { removed: 0, replaced: 0, kept: 0 }) },
      removed: [...(changes?.removed ?? [])],
      replaced: [...(changes?.replaced ?? [])],
    },
    ...shown,
  };
}

/** Gathers what scrubbing decides about elements, by keyword. */
export function watchChanges(): { readonly observe: Observer; readonly changes: Changes } {
  const counts: Counts = { removed: 0, replaced: 0, kept: 0 };
  const removed = new Set<string>();
  const replaced = new Set<string>();

  function observe({ tag }: ElementView, action: ElementAction): void {
    if (action.do === 'keep') {
      counts.kept += 1;
      return;
    }
    counts[action.do === 'remove' ? 'removed' : 'replaced'] += 1;
    const names = action.do === 'remove' ? removed : replaced;
    if (names.size < MOST_KEYWORDS) names.add(keywordOf(tag) ?? formatTag(tag));
  }

  return { observe, changes: { counts, removed, replaced } };
}

async function factsOf({ source }: RecordRequest): Promise<Record<string, string>> {
  const { meta, dataSet } = await splitPart10(source.open());
  const { transferSyntaxUID } = meta;
  const { values, charset, replay } = await pickAttributes(dataSet, { transferSyntaxUID, tags: FACT_TAGS });
  await replay.return();
  const { littleEndian } = syntaxOf(transferSyntaxUID);
  const textOf = ({ vr, value }: { vr: string; value: Buffer }) => {
    if (vr !== 'US') return decodeText(value, vr, charset);
    if (value.length < 2) return '';
    return String(littleEndian ? value.readUInt16LE(0) : value.readUInt16BE(0));
  };
  const facts = FACT_TAGS.flatMap((tag, at) => {
    const found = values.get(tag);
    return found
      ? [
          [
            FACTS[at] ?? '',
            textOf(found)
              .replace(/[ \0]+$/, '')
              .slice(0, 256),
          ] as const,
        ]
      : [];
  });
  return Object.fromEntries(facts);
}

type Shown = Pick<QuarantineRecord, 'frames' | 'pictures' | 'notPictured'>;

async function shownFrames({ source, codecs, held }: RecordRequest): Promise<Shown> {
  const pictures: QuarantineRecord['pictures'] = [];
  if (!codecs) return { frames: 0, pictures, notPictured: 'NO_CODECS' };
  let frames = 0;
  let readBytes = 0;
  let missing: string | undefined = 'NO_PIXELS';

  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source.open()) {
      readBytes += chunk.length;
      yield chunk;
    }
  }

  function wants({ index, description }: EncodedFrame): boolean {
    frames = description.numberOfFrames;
    const tooLarge = description.rows * description.columns > MOST_PIXELS;
    missing = tooLarge ? 'FRAME_TOO_LARGE' : undefined;
    return !tooLarge && isWanted(index, frames);
  }

  const rectangles = held.findings && ((frame: number) => held.findings?.rectangles(frame) ?? []);
  const failure = await orCode(async () => {
    for await (const { png, ...shown } of picturesOf(counted(), {
      codecs,
      wants,
      maxSide: SIDE,
      rectangles,
    })) {
      pictures.push({ ...shown, png: png.toString('base64') });
      const last = shown.when === 'after' || !rectangles;
      if (last && (shown.frame === frames - 1 || readBytes > MOST_BYTES)) return undefined;
    }
    return undefined;
  });
  const why = failure ?? missing;
  return { frames, pictures, ...(why && { notPictured: why }) };
}

/** The first, the last, and those evenly between. */
function isWanted(frame: number, frames: number): boolean {
  const parts = Math.min(frames, MOST_FRAMES) - 1;
  if (parts <= 0) return frame === 0;
  return Array.from({ length: parts + 1 }, (_, part) => Math.floor((part * (frames - 1)) / parts)).includes(
    frame,
  );
}

/** An object that cannot be read is no failure of whoever shows it: the code is what there is to show. */
async function orCode<T>(read: () => Promise<T>): Promise<T | string> {
  try {
    return await read();
  } catch (error) {
    if (isSluiceError(error) && error.code.startsWith('DICOM_')) return error.code;
    throw error;
  }
}
