import { objectNames, SluiceError, type EventData, type ObjectRef } from '@sluice/contracts';
import type { Keys } from '@sluice/crypto';
import { fileMeta } from '@sluice/dicom';
import { eventOf, type NextEvent } from '@sluice/service';
import type { Store } from '@sluice/store';
import { acceptsClass, acceptsSyntax } from './admission/accepted.js';
import { addToBatch, newToken, type Batch } from './batches/batches.js';
import { identify, type Identifiers } from './identify.js';
import { readIdentifiers } from './read-identifiers.js';
import { atPace, type Pace } from './admission/pace.js';
import type { Turns } from './admission/turns.js';
import type { Watermark } from './admission/watermark.js';

export interface IntakeDoors {
  /** Resolves when the events are durable. */
  publish(events: readonly NextEvent[]): Promise<void>;
  readonly store: Store;
  readonly keys: Keys;
  readonly watermark: Watermark;
  readonly turns: Turns;
  readonly pace: Pace;
  /** Told of each instance that was taken, for metrics. */
  readonly taken?: (what: { door: Delivery['door']; peer: string; sizeBytes: number }) => void;
}

/** One instance as it comes in on either door. */
export interface Delivery {
  readonly batch: Batch;
  readonly door: 'dimse' | 'stow';
  /** As the request names them, where it does: the data set must agree. */
  readonly claimed: {
    readonly sopClassUID?: string | undefined;
    readonly sopInstanceUID?: string | undefined;
    readonly studyInstanceUID?: string | undefined;
  };
  readonly transferSyntaxUID: string;
  readonly priority: 'high' | 'medium' | 'low';
  /** The encoded data set without file meta. */
  readonly dataSet: AsyncIterable<Buffer>;
}

/** What was taken, as the sender names it. */
export interface Taken {
  readonly sopClassUID: string;
  readonly sopInstanceUID: string;
}

type Received = EventData<'instance.received.v1'>;

/**
 * Takes one instance: the bytes stream, sealed as they come, into the store; then its event is published. When this resolves the
 * sender may be told success, and not before (house.md, walk, steps 2 and 3).
 * @throws SluiceError INTAKE_*, DICOM_*, STORE_*, CRYPTO_*, BUS_UNAVAILABLE: the sender keeps the image and retries
 */
export async function receiveInstance(doors: IntakeDoors, delivery: Delivery): Promise<Taken> {
  await doors.watermark.check();
  // A turn is for bytes that come: who announces an instance and sends none holds nobody up.
  const dataSet = await atPace(delivery.dataSet, doors.pace);
  return doors.turns.within(delivery.batch.peer.name, async () => {
    const { received, taken } = await stage(doors, { ...delivery, dataSet });
    await doors.publish([
      eventOf('instance.received.v1', { id: `received-${received.attempt}`, data: received }),
    ]);
    addToBatch(delivery.batch, received);
    doors.taken?.({ door: delivery.door, peer: received.peer, sizeBytes: received.object.sizeBytes });
    return taken;
  });
}

async function stage(doors: IntakeDoors, delivery: Delivery): Promise<{ received: Received; taken: Taken }> {
  const { peer } = delivery.batch;
  if (!acceptsSyntax(peer, delivery.transferSyntaxUID)) throw new SluiceError('INTAKE_SYNTAX_REFUSED');
  const { identifiers, replay } = await readIdentifiers(delivery.dataSet, delivery.transferSyntaxUID);
  const tenantKeys = await doors.keys.tenant(peer.tenant, ['tenant-identity', 'tenant-content']);
  const ids = identify(tenantKeys, peer, identifiers);
  check(delivery, identifiers);
  const content = tenantKeys.content(delivery.transferSyntaxUID);
  const attempt = newToken();
  const { SOPClassUID: sopClassUID, SOPInstanceUID: sopInstanceUID } = identifiers;
  const meta = fileMeta({ sopClassUID, sopInstanceUID, transferSyntaxUID: delivery.transferSyntaxUID });
  const sealer = doors.keys.staging(peer.tenant, 'staging-raw');
  const { ref } = await doors.store.put(
    objectNames.stagedRaw(ids, attempt),
    sealer.seal(part10(meta, replay, content)),
  );
  const received = { ...ids, ...rest(delivery, attempt, ref), sopClassUID, contentKey: content.digest() };
  return { received, taken: { sopClassUID, sopInstanceUID } };
}

function check({ batch, claimed }: Delivery, identifiers: Identifiers): void {
  const differs =
    (claimed.sopClassUID !== undefined && claimed.sopClassUID !== identifiers.SOPClassUID) ||
    (claimed.sopInstanceUID !== undefined && claimed.sopInstanceUID !== identifiers.SOPInstanceUID) ||
    (claimed.studyInstanceUID !== undefined && claimed.studyInstanceUID !== identifiers.StudyInstanceUID);
  if (differs) throw new SluiceError('INTAKE_UID_MISMATCH');
  if (!acceptsClass(batch.peer, identifiers.SOPClassUID)) throw new SluiceError('INTAKE_SOP_CLASS_REFUSED');
}

async function* part10(
  meta: Buffer,
  dataSet: AsyncIterable<Buffer>,
  content: { update(chunk: Uint8Array): void },
): AsyncGenerator<Buffer> {
  yield meta;
  for await (const chunk of dataSet) {
    content.update(chunk);
    yield chunk;
  }
}

type Rest = Omit<Received, 'contentKey' | 'sopClassUID' | keyof ReturnType<typeof identify>>;

function rest(delivery: Delivery, attempt: string, object: ObjectRef): Rest {
  return {
    attempt,
    object,
    transferSyntaxUID: delivery.transferSyntaxUID,
    priority: delivery.priority,
    batchKey: delivery.batch.key,
    peer: delivery.batch.peer.name,
    receivedAt: new Date().toISOString(),
  };
}
