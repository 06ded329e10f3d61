import { encodeElement, encodeItems, syntaxOf } from '@sluice/dicom';
import { textValue } from '../values/dummy-values.js';
import { CODE_VERSION, type Profile } from './profile.js';

/** An element to add at depth 0, its value encoded. */
export interface Stamp {
  readonly tag: number;
  readonly vr: string;
  readonly value: Buffer;
}

/**
 * The marks of PS3.15 E.1.1: Patient Identity Removed, De-identification Method and its code (113100, DCM, Basic Application
 * Confidentiality Profile), Longitudinal Temporal Information Modified. Encoded for a transfer syntax.
 */
export function stampsOf(profile: Profile, transferSyntaxUID: string): Stamp[] {
  const encoding = syntaxOf(transferSyntaxUID);
  const code = [
    { tag: 0x00080100, vr: 'SH', value: textValue('113100') },
    { tag: 0x00080102, vr: 'SH', value: textValue('DCM') },
    { tag: 0x00080104, vr: 'LO', value: textValue('Basic Application Confidentiality Profile') },
  ];
  const item = Buffer.concat(code.map((element) => encodeElement(element, encoding)));
  return [
    { tag: 0x00120062, vr: 'CS', value: textValue('YES') },
    { tag: 0x00120063, vr: 'LO', value: textValue(`Sluice ${profile.name} ${CODE_VERSION}`) },
    { tag: 0x00120064, vr: 'SQ', value: encodeItems([item], encoding) },
    { tag: 0x00280303, vr: 'CS', value: textValue('REMOVED') },
  ];
}
