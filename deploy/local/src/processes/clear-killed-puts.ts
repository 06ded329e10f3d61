import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Where versitygw keeps the attributes of a bucket, a folder or an object: in a folder of this name below its own. */
const ATTRIBUTES = 'meta';

/**
 * Takes away what a killed versitygw left of a put: attributes in the sidecar whose object was never linked. It does not do so itself, and
 * answers every later put-if-absent of that name with 412. To be called while no server runs.
 */
export async function clearKilledPuts(meta: string, data: string): Promise<void> {
  for (const entry of await readdir(meta, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === ATTRIBUTES) continue;
    const [attributes, object] = [join(meta, entry.name), join(data, entry.name)];
    const found = await stat(object).catch(() => undefined);
    if (!found) await rm(attributes, { recursive: true });
    else if (found.isDirectory()) await clearKilledPuts(attributes, object);
  }
}
