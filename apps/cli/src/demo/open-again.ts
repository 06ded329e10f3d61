import type { Doors } from '../doors.js';
import { openAsPerson } from '../open-as-person.js';
import type { Output } from '../output.js';

/** Opens the newest archived object from its sealed bytes to its last one, recorded as an opening by a person; true when it opens. */
export async function openAgain(doors: Doors, output: Output): Promise<boolean> {
  const row = await (
    await doors.index()
  )
    .selectFrom('archival_objects')
    .selectAll()
    .where('kind', '=', 'raw')
    .orderBy('archived_at', 'desc')
    .executeTakeFirst();
  if (!row) return false;
  const subject = { instanceKey: row.instance_key, objectKind: row.kind };
  const sizeBytes = await openAsPerson(doors, { row, action: 'open', subject }, sizeOf);
  output.say(
    `\nopened again: ${row.name.slice(0, 40)}… sealed ${row.size_bytes} bytes, SHA-256 ${row.digest.slice(0, 16)}…, ${sizeBytes} bytes of DICOM inside`,
  );
  return sizeBytes > 0;
}

async function sizeOf(chunks: AsyncIterable<Buffer>): Promise<number> {
  let sizeBytes = 0;
  for await (const chunk of chunks) sizeBytes += chunk.length;
  return sizeBytes;
}
