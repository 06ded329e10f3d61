import { sampleUid } from '@sluice/samples';
import type { Item } from './write-object.ts';

export const CT_IMAGE = '1.2.840.10008.5.1.4.1.1.2';

/** Who a made-up object belongs to, and which one it is. */
export interface Belonging {
  readonly patient: string;
  readonly study?: string;
  readonly object: string;
}

/** A CT slice of 4 x 4 pixels without any identifier but its UIDs and its patient's number. */
export function baseObject({ patient, study = patient, object }: Belonging): Item {
  return [
    [0x00080005, 'CS', 'ISO_IR 100'],
    [0x00080008, 'CS', 'ORIGINAL\\PRIMARY\\AXIAL'],
    [0x00080016, 'UI', CT_IMAGE],
    [0x00080018, 'UI', sampleUid('score', 'object', object)],
    [0x00080060, 'CS', 'CT'],
    [0x00100020, 'LO', patientIdOf(patient)],
    [0x0020000d, 'UI', sampleUid('score', 'study', study)],
    [0x0020000e, 'UI', sampleUid('score', 'series', study)],
    [0x00280002, 'US', [1]],
    [0x00280004, 'CS', 'MONOCHROME2'],
    [0x00280010, 'US', [4]],
    [0x00280011, 'US', [4]],
    [0x00280100, 'US', [16]],
    [0x00280101, 'US', [12]],
    [0x00280102, 'US', [11]],
    [0x00280103, 'US', [0]],
    [0x7fe00010, 'OW', Array.from({ length: 16 }, (_, at) => at)],
  ];
}

/** The made-up Patient ID of a patient of the corpus. */
export function patientIdOf(patient: string): string {
  return `SCR-${BigInt(sampleUid('patient', patient).slice(5)) % 10_000_000n}`;
}
