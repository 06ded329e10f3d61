import type { Keys } from '@sluice/crypto';
import type { InstanceToSend } from '@sluice/dicom';
import { identify } from '@sluice/intake/identify';
import { Peer } from '@sluice/intake/peers';
import { readIdentifiers } from '@sluice/intake/read-identifiers';
import { phantomStudy, type PhantomRequest } from '@sluice/samples';
import { listFiles, readFileInstances, type UnsendableFile } from '../find-instances.js';
import { inOnePiece } from '../in-one-piece.js';

/** What the demo offers: an instance, and the name that its report shows. */
export interface Offered extends InstanceToSend {
  readonly label: string;
}

const LOCAL = Peer.parse({ name: 'local', tenant: 't1' });

const PHANTOMS: readonly PhantomRequest[] = [
  { seed: 1, modality: 'CT', instances: 30, rows: 512, columns: 512 },
  { seed: 2, modality: 'MR', instances: 24, rows: 256, columns: 256 },
  { seed: 3, modality: 'CT', instances: 12, rows: 512, columns: 512 },
  { seed: 4, modality: 'US', instances: 3, rows: 480, columns: 640 },
  { seed: 5, modality: 'MG', instances: 2, rows: 1280, columns: 1024 },
];

/** Generated studies: nobody's, with planted identifiers. */
export function phantoms(): Offered[] {
  return PHANTOMS.flatMap((request) =>
    [...phantomStudy(request)].map(({ dataSet, part10: _part10, ...uids }, at) => ({
      ...uids,
      label: `${request.modality} ${request.seed}/${at + 1}`,
      dataSet: () => inOnePiece(dataSet),
    })),
  );
}

/** Every file under a folder: those that can be offered, and those that cannot. */
export async function filesOf(folder: string): Promise<{ offered: Offered[]; unsendable: UnsendableFile[] }> {
  const { sendable, unsendable } = await readFileInstances(await listFiles(folder));
  return { offered: sendable.map((file) => ({ ...file, label: file.file })), unsendable };
}

/** The content that intake will see: `instanceKey/contentKey`, computed with the installation's own keys. */
export async function contentOf(keys: Keys, instance: Offered): Promise<string> {
  const { identifiers, replay } = await readIdentifiers(
    asBuffers(instance.dataSet()),
    instance.transferSyntaxUID,
  );
  const tenantKeys = await keys.tenant(LOCAL.tenant, ['tenant-identity', 'tenant-content']);
  const content = tenantKeys.content(instance.transferSyntaxUID);
  for await (const chunk of replay) content.update(chunk);
  return `${identify(tenantKeys, LOCAL, identifiers).instanceKey}/${content.digest()}`;
}

async function* asBuffers(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of source) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
