import {
  objectNames,
  SluiceError,
  type EventData,
  type ObjectRef,
  type SluiceEvent,
} from '@sluice/contracts';
import type { Bus } from '@sluice/bus';
import type { Keys } from '@sluice/crypto';
import { fileMeta } from '@sluice/dicom';
import type { Store } from '@sluice/store';
import { addToBatch, newToken, type Batch } from './batches.js';
import { identify } from './identify.js';
import { readIdentifiers } from './read-identifiers.js';
import type { Watermark } from './watermark.js';

export interface IntakeDoors {
  readonly bus: Bus;
  readonly store: Store;
  readonly keys: Keys;
  readonly watermark: Watermark;
}

/** One instance as it comes in on either door. */
export interface Delivery {
  readonly batch: Batch;
  readonly sopClassUID: string;
  readonly sopInstanceUID: string;
  readonly transferSyntaxUID: string;
  readonly priority: 'high' | 'medium' | 'low';
  /** The encoded data set without file meta. */
  readonly dataSet: AsyncIterable<Buffer>;
}

type Received = EventData<'instance.received.v1'>;

/**
 * Takes one instance: the bytes stream, sealed as they come, into the store; then its event is published. When this resolves the
 * sender may be told success, and not before (house.md, walk, steps 2 and 3).
 * @throws SluiceError INTAKE_*, DICOM_*, STORE_*, CRYPTO_*, BUS_UNAVAILABLE: the sender keeps the image and retries
 */
export async function receiveInstance(doors: IntakeDoors, delivery: Delivery): Promise<void> {
  await doors.watermark.check();
  await doors.watermark.within(async () => {
    const received = await stage(doors, delivery);
    await doors.bus.publish([receivedEvent(received)]);
    addToBatch(delivery.batch, received);
  });
}

async function stage(doors: IntakeDoors, delivery: Delivery): Promise<Received> {
  const { peer } = delivery.batch;
  const { identifiers, replay } = await readIdentifiers(delivery.dataSet, delivery.transferSyntaxUID);
  if (
    identifiers.SOPInstanceUID !== delivery.sopInstanceUID ||
    identifiers.SOPClassUID !== delivery.sopClassUID
  ) {
    throw new SluiceError('INTAKE_UID_MISMATCH');
  }
  const tenantKeys = await doors.keys.tenant(peer.tenant, ['tenant-identity']);
  const ids = identify(tenantKeys, peer, identifiers);
  const content = tenantKeys.content(delivery.transferSyntaxUID);
  const attempt = newToken();
  const sealer = doors.keys.staging(peer.tenant, 'staging-raw');
  const { ref } = await doors.store.put(
    objectNames.stagedRaw(ids, attempt),
    sealer.seal(part10(delivery, replay, content)),
  );
  return { ...ids, ...rest(delivery, attempt, ref), contentKey: content.digest() };
}

async function* part10(
  delivery: Delivery,
  dataSet: AsyncIterable<Buffer>,
  content: { update(chunk: Uint8Array): void },
): AsyncGenerator<Buffer> {
  yield fileMeta(delivery);
  for await (const chunk of dataSet) {
    content.update(chunk);
    yield chunk;
  }
}

function rest(
  delivery: Delivery,
  attempt: string,
  object: ObjectRef,
): Omit<Received, 'contentKey' | keyof ReturnType<typeof identify>> {
  return {
    attempt,
    object,
    sopClassUID: delivery.sopClassUID,
    transferSyntaxUID: delivery.transferSyntaxUID,
    priority: delivery.priority,
    batchKey: delivery.batch.key,
    peer: delivery.batch.peer.name,
    receivedAt: new Date().toISOString(),
  };
}

function receivedEvent(data: Received): SluiceEvent<'instance.received.v1'> {
  return {
    id: `received-${data.attempt}`,
    type: 'instance.received.v1',
    source: 'intake',
    time: data.receivedAt,
    data,
  };
}
