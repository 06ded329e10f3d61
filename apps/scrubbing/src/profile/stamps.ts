import { encodeElement, encodeItems, type Encoding, syntaxOf } from '@sluice/dicom';
import { textValue } from '../values/dummy-values.js';
import { OPTION_CODES, OPTIONS } from './options.js';
import { CODE_VERSION, type Profile } from './profile.js';

/** An element to add at depth 0, its value encoded. */
export interface Stamp {
  readonly tag: number;
  readonly vr: string;
  readonly value: Buffer;
}

const BASIC_CODE = ['113100', 'Basic Application Confidentiality Profile'] as const;

/**
 * The marks of PS3.15 E.1.1: Patient Identity Removed, De-identification Method and its codes (the Basic Profile and each option,
 * PS3.16 CID 7050), Longitudinal Temporal Information Modified. Encoded for a transfer syntax. Where the pixels were looked at, and only
 * there: Clean Pixel Data, whatever the profile, and Burned In Annotation NO.
 */
export function stampsOf(profile: Profile, transferSyntaxUID: string, pixelsCleaned: boolean): Stamp[] {
  const encoding = syntaxOf(transferSyntaxUID);
  const done = OPTIONS.filter((option) =>
    option === 'clean-pixel-data' ? pixelsCleaned : profile.options.has(option),
  );
  const codes = [BASIC_CODE, ...done.map((option) => OPTION_CODES[option])];
  return [
    { tag: 0x00120062, vr: 'CS', value: textValue('YES') },
    { tag: 0x00120063, vr: 'LO', value: textValue(`Sluice ${profile.name} ${CODE_VERSION}`) },
    {
      tag: 0x00120064,
      vr: 'SQ',
      value: encodeItems(
        codes.map((code) => codeItem(code, encoding)),
        encoding,
      ),
    },
    ...(pixelsCleaned ? [{ tag: 0x00280301, vr: 'CS', value: textValue('NO') }] : []),
    { tag: 0x00280303, vr: 'CS', value: textValue(profile.dates) },
  ];
}

function codeItem([code, meaning]: readonly [string, string], encoding: Encoding): Buffer {
  const elements = [
    { tag: 0x00080100, vr: 'SH', value: textValue(code) },
    { tag: 0x00080102, vr: 'SH', value: textValue('DCM') },
    { tag: 0x00080104, vr: 'LO', value: textValue(meaning) },
  ];
  return Buffer.concat(elements.map((element) => encodeElement(element, encoding)));
}
