import type { ObjectRow } from '@sluice/archival/rows/tables';
import { ERRORS, type QuarantineRecord, QuarantineRecordV1, SluiceError } from '@sluice/contracts';
import { createCodecs, type EncodedFrame } from '@sluice/dicom';
import { picturesOf } from '@sluice/scrubbing/quarantine-pictures';
import type { Folder } from '../desk.js';
import type { Doors } from '../doors.js';
import { openAsPerson } from '../open-as-person.js';
import { archivedPart, type FoundQuarantined } from './find-quarantined.js';
import { inOnePiece } from '../in-one-piece.js';

/** A record holds a few small pictures; more is none of ours. */
const MOST_RECORD_BYTES = 64 * 1024 * 1024;
/** A picture in full size has no limit of its own but the frame's. */
const FULL_SIDE = 65_535;

/**
 * Opens the record of a quarantined instance for the person who asks: `facts.json` and its pictures into `folder`. Returns where
 * they stand. @throws SluiceError CLI_QUARANTINE_NOT_ARCHIVED, AUDIT_NOT_RECORDED, CRYPTO_SECRET_MISSING where the subject was erased
 */
export async function showRecord(doors: Doors, found: FoundQuarantined, folder: Folder): Promise<string[]> {
  const row = archivedPart(found, 'record');
  return asPerson(doors, row, async (opened) => {
    const { pictures, ...facts } = parseRecord(await gather(opened));
    const decision = found.decision && {
      decided: found.decision.decided,
      by: found.decision.by_person,
      at: new Date(found.decision.at).toISOString(),
    };
    const shown = pictures.map(({ png: _png, ...picture }) => ({ ...picture, file: nameOf(picture) }));
    const whole = { ...facts, hint: hintOf(facts.code), pictures: shown, ...(decision && { decision }) };
    const files = [
      await folder.put('facts.json', inOnePiece(Buffer.from(`${JSON.stringify(whole, null, 2)}\n`))),
    ];
    for (const picture of pictures)
      files.push(await folder.put(nameOf(picture), inOnePiece(Buffer.from(picture.png, 'base64'))));
    return files;
  });
}

/**
 * Every frame of the original in its full size, for who is to say that nobody's name is in any of them. Returns the files.
 * Throws like showRecord, and what readFrames and decodeFrame throw.
 */
export async function showEveryFrame(
  doors: Doors,
  found: FoundQuarantined,
  target: { folder: Folder; onFrame: (done: number, frames: number) => void },
): Promise<string[]> {
  const row = archivedPart(found, 'raw');
  const codecs = createCodecs();
  try {
    return await asPerson(doors, row, async (opened) => {
      const files: string[] = [];
      let frames = 0;
      const wants = ({ description }: EncodedFrame) => (frames = description.numberOfFrames) > 0;
      for await (const { frame, png } of picturesOf(opened, { codecs, wants, maxSide: FULL_SIDE })) {
        const name = `frame-${String(frame + 1).padStart(6, '0')}.png`;
        files.push(await target.folder.put(name, inOnePiece(png)));
        target.onFrame(files.length, frames);
      }
      return files;
    });
  } finally {
    await codecs.close();
  }
}

/** What the catalogue tells an operator to do about a code. */
export function hintOf(code: string): string {
  return Object.hasOwn(ERRORS, code) ? ERRORS[code as keyof typeof ERRORS].hint : '';
}

function asPerson<T>(
  doors: Doors,
  row: ObjectRow,
  work: (opened: AsyncIterable<Buffer>) => Promise<T>,
): Promise<T> {
  const subject = { instanceKey: row.instance_key, contentKey: row.content_key, objectKind: row.kind };
  return openAsPerson(doors, { row, action: 'open', subject }, work);
}

function parseRecord(bytes: Buffer): QuarantineRecord {
  const parsed = QuarantineRecordV1.safeParse(JSON.parse(bytes.toString()));
  if (!parsed.success) throw new SluiceError('CLI_FILE_UNREADABLE', { detail: 'no quarantine record' });
  return parsed.data;
}

async function gather(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    sizeBytes += chunk.length;
    if (sizeBytes > MOST_RECORD_BYTES)
      throw new SluiceError('CLI_FILE_UNREADABLE', { detail: 'a quarantine record too large to be one' });
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

const nameOf = ({ when, frame }: Pick<QuarantineRecord['pictures'][number], 'when' | 'frame'>): string =>
  `${when}-${String(frame + 1).padStart(6, '0')}.png`;
