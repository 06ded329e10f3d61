import { createReadStream } from 'node:fs';
import { splitPart10 } from '@sluice/dicom';
import { readIdentifiers } from '@sluice/intake/read-identifiers';
import { runTool } from '../installation/foreign-tool.js';

/** What storescu made of one file. */
export interface Sent {
  readonly file: string;
  /** `unsendable`: it proposed nothing that fits, or could not read the file; `message` is its own. */
  readonly outcome: 'success' | 'refused' | 'unsendable';
  readonly sopInstanceUID: string;
  readonly message: string;
}

/** What storescu calls a transfer syntax. */
const PROPOSALS: Readonly<Record<string, string>> = {
  '1.2.840.10008.1.2': '--propose-implicit',
  '1.2.840.10008.1.2.1': '--propose-little',
  '1.2.840.10008.1.2.1.99': '--propose-deflated',
  '1.2.840.10008.1.2.2': '--propose-big',
  '1.2.840.10008.1.2.4.50': '--propose-jpeg8',
  '1.2.840.10008.1.2.4.51': '--propose-jpeg12',
  '1.2.840.10008.1.2.4.70': '--propose-lossless',
  '1.2.840.10008.1.2.4.80': '--propose-jls-lossless',
  '1.2.840.10008.1.2.4.81': '--propose-jls-lossy',
  '1.2.840.10008.1.2.4.90': '--propose-j2k-lossless',
  '1.2.840.10008.1.2.4.91': '--propose-j2k-lossy',
  '1.2.840.10008.1.2.5': '--propose-rle',
};

/** Sends one file by an association of its own. */
export async function storeScu(file: string, peer: readonly string[]): Promise<Sent> {
  const proposal = PROPOSALS[(await identityOf(file)).transferSyntaxUID] ?? '--propose-uncompr';
  const { stdout, stderr } = await runTool('storescu', ['-d', '-R', proposal, ...peer, file]);
  const log = stdout + stderr;
  const sopInstanceUID = /Affected SOP Instance UID\s*:\s*([0-9.]+)/.exec(log)?.[1] ?? '';
  const response = /^D: DIMSE Status\s*: (0x[0-9a-f]{4}.*)$/m.exec(log)?.[1];
  if (response === undefined)
    return { file, outcome: 'unsendable', sopInstanceUID, message: complaintIn(log) };
  return {
    file,
    outcome: response.startsWith('0x0000') ? 'success' : 'refused',
    sopInstanceUID,
    message: response,
  };
}

function complaintIn(log: string): string {
  const lines = log.split('\n').filter((line) => /^[EFW]: /.test(line) && !line.includes('no-halt'));
  return lines
    .map((line) => line.slice(3).trim())
    .join('; ')
    .slice(0, 300);
}

/** What a file's data set says of itself; file meta may say another UID. Empty where it does not read. */
export async function identityOf(
  file: string,
): Promise<{ transferSyntaxUID: string; sopInstanceUID: string }> {
  try {
    const { meta, dataSet } = await splitPart10(createReadStream(file));
    const { identifiers, replay } = await readIdentifiers(dataSet, meta.transferSyntaxUID);
    await replay.return?.(undefined);
    return { transferSyntaxUID: meta.transferSyntaxUID, sopInstanceUID: identifiers.SOPInstanceUID };
  } catch {
    return { transferSyntaxUID: '', sopInstanceUID: '' };
  }
}
