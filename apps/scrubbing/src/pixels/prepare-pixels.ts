import { SluiceError } from '@sluice/contracts';
import type { DicomLimits } from '@sluice/dicom';
import type { Profile } from '../profile/profile.js';
import type { ReadAhead } from '../words/read-ahead.js';
import { type Evidence, whoMade } from './evidence.js';
import {
  lookAtPixels,
  lookAtSegments,
  type LookRequest,
  type PixelFindings,
  type PixelTools,
} from './look/look-at-pixels.js';
import { outsideRegions } from './look/outside-regions.js';
import { type DecidedByPerson, personLooked } from './look/person-looked.js';
import { pixelNeed } from './pixel-need.js';
import { ruleRectangles, rulesFor } from './rules/device-rules.js';

/** An object that can be opened more than once: from its beginning, each time the same bytes. */
export interface ObjectSource {
  open(): AsyncIterable<Uint8Array>;
}

/** An object whose pixels were looked at as far as they must be, to be read from its beginning. */
export interface Prepared {
  readonly findings: PixelFindings | undefined;
  readonly source: AsyncIterable<Uint8Array>;
}

/** How one object is looked at. */
export interface PrepareRequest {
  readonly source: ObjectSource;
  readonly profile: Profile;
  readonly pixels?: PixelTools | undefined;
  /** A person has looked instead. */
  readonly decision?: DecidedByPerson | undefined;
  readonly limits?: Partial<DicomLimits> | undefined;
}

/**
 * Looks at the pixels of an object before it is written, where its header says that they must be looked at; such an object is opened a
 * second time. What no look could settle is left to whoever judges the header.
 * @throws SluiceError SCRUBBING_PIXELS_UNPROVEN, SCRUBBING_TEXT_UNREAD, DICOM_*
 */
export async function preparePixels(ahead: ReadAhead, request: PrepareRequest): Promise<Prepared> {
  const { source, profile, pixels, decision, limits } = request;
  const { evidence } = ahead;
  const need = pixelNeed(evidence, profile);
  if (decision && pixels && evidence.pixels && need.do !== 'person') {
    const { codecs } = pixels;
    const always = alwaysMasked(profile, evidence);
    const findings = await personLooked(ahead.source, { decision, always, codecs, limits });
    return { findings, source: source.open() };
  }
  if (need.do === 'none' || need.do === 'person') return { findings: undefined, source: ahead.source };
  if (need.do === 'segments') {
    const findings = await lookAtSegments(ahead.source, limits);
    if (findings.rewrite && !pixels) throw unproven('comments or application segments in frames');
    return { findings, source: source.open() };
  }
  if (!pixels) {
    await closed(ahead.source);
    throw unproven(need.why);
  }
  const findings = await lookAtPixels(ahead.source, {
    tools: pixels,
    owner: ahead,
    chinese: profile.chineseNumbers || ahead.printed.chinese,
    always: alwaysMasked(profile, evidence),
    ...(limits && { limits }),
  });
  return { findings, source: source.open() };
}

/** What the profile blanks whatever is read there: by the device that made the image, and around the regions of an ultrasound image. */
function alwaysMasked(profile: Profile, evidence: Evidence): LookRequest['always'] {
  const rules = rulesFor(profile.pixels.devices, whoMade(evidence));
  return (frame) => [
    ...ruleRectangles(rules, frame),
    ...(profile.pixels.outsideRegions === 'blank' ? (outsideRegions(evidence, frame) ?? []) : []),
  ];
}

/** A source that was begun and is not read on is told so. */
async function closed(source: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of source) break;
}

function unproven(detail: string): SluiceError {
  return new SluiceError('SCRUBBING_PIXELS_UNPROVEN', { detail });
}
