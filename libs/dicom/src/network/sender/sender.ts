import { toSluiceError } from '@sluice/contracts';
import { encodeEchoRequest, encodeStoreRequest } from '../dimse/command-set.js';
import type { ProposedContext } from '../listener.types.js';
import { VERIFICATION } from '../provider/negotiation.js';
import { Requestor } from './requestor.js';
import type { InstanceToSend, PeerAddress, SendResult } from './sender.types.js';

const IMPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2';
/** Context ids are odd bytes (PS3.8 9.3.2.2). */
const MAX_CONTEXTS = 128;
const REASONS = { 3: 'class-refused', 4: 'syntax-refused' } as const;

/** C-ECHO; the peer's status. @throws SluiceError DICOM_PEER_UNREACHABLE, DICOM_ASSOCIATION_REJECTED, DICOM_ASSOCIATION_LOST, DICOM_TITLE_INVALID */
export async function echo(peer: PeerAddress): Promise<number> {
  const requestor = await Requestor.open(peer, [
    { id: 1, abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT_LITTLE_ENDIAN] },
  ]);
  const { status } = await requestor.ask(1, encodeEchoRequest(1, VERIFICATION));
  await requestor.release();
  return status;
}

/**
 * C-STORE, one instance at a time; one association per 128 pairs of class and syntax. `onResult` is called once for each instance,
 * in order of sending. @throws SluiceError DICOM_PEER_UNREACHABLE, DICOM_ASSOCIATION_REJECTED, DICOM_TITLE_INVALID
 */
export async function sendInstances<T extends InstanceToSend>(
  peer: PeerAddress,
  instances: readonly T[],
  onResult: (instance: T, result: SendResult) => void | Promise<void>,
): Promise<void> {
  const sendable = instances.filter(hasUids);
  for (const instance of instances) {
    if (!hasUids(instance)) await onResult(instance, { outcome: 'unsendable', reason: 'uid-invalid' });
  }
  const groups = [
    ...Map.groupBy(sendable, (instance) => `${instance.sopClassUID} ${instance.transferSyntaxUID}`).values(),
  ];
  for (let at = 0; at < groups.length; at += MAX_CONTEXTS) {
    await sendGroups(peer, groups.slice(at, at + MAX_CONTEXTS), onResult);
  }
}

async function sendGroups<T extends InstanceToSend>(
  peer: PeerAddress,
  groups: readonly (readonly T[])[],
  onResult: (instance: T, result: SendResult) => void | Promise<void>,
): Promise<void> {
  const requestor = await Requestor.open(peer, groups.map(contextOf));
  let messageId = 0;
  try {
    for (const [index, group] of groups.entries()) {
      for (const instance of group) {
        messageId = (messageId % 65_535) + 1;
        await onResult(instance, await sendOne(requestor, idOf(index), { instance, messageId }));
      }
    }
  } catch (error) {
    requestor.abort();
    throw error;
  }
  await requestor.release();
}

async function sendOne(
  requestor: Requestor,
  contextId: number,
  what: { instance: InstanceToSend; messageId: number },
): Promise<SendResult> {
  const { instance, messageId } = what;
  const answer = requestor.answerTo(contextId)?.result;
  if (answer !== 0)
    return { outcome: 'unsendable', reason: answer === 3 || answer === 4 ? REASONS[answer] : 'refused' };
  const command = encodeStoreRequest(messageId, instance.sopClassUID, instance.sopInstanceUID);
  let dataSet: AsyncIterable<Uint8Array>;
  try {
    dataSet = await begun(instance.dataSet());
  } catch (error) {
    return { outcome: 'unsent', code: toSluiceError(error).code };
  }
  try {
    const { status, errorComment } = await requestor.ask(contextId, command, dataSet);
    return { outcome: isStored(status) ? 'stored' : 'failed', status, comment: errorComment };
  } catch (error) {
    // Half a data set is on the wire: only an abort keeps the peer from taking it for a whole one.
    requestor.abort();
    return { outcome: 'unsent', code: toSluiceError(error).code };
  }
}

/** The same bytes with the first piece read already: a source that cannot be opened costs no association. */
async function begun(source: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const iterator = source[Symbol.asyncIterator]();
  let first: IteratorResult<Uint8Array> | undefined = await iterator.next();
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    const result = first ?? (await iterator.next());
    first = undefined;
    return result;
  };
  return { [Symbol.asyncIterator]: () => ({ next }) };
}

/** Success, or a warning with the data set stored (PS3.4 B.2.3). */
function isStored(status: number): boolean {
  return status === 0 || (status & 0xf000) === 0xb000;
}

function contextOf(group: readonly InstanceToSend[], index: number): ProposedContext {
  const [first] = group;
  return {
    id: idOf(index),
    abstractSyntax: first?.sopClassUID ?? '',
    transferSyntaxes: [first?.transferSyntaxUID ?? ''],
  };
}

function idOf(index: number): number {
  return 2 * index + 1;
}

function hasUids({ sopClassUID, sopInstanceUID, transferSyntaxUID }: InstanceToSend): boolean {
  return [sopClassUID, sopInstanceUID, transferSyntaxUID].every((uid) => /^[0-9.]{1,64}$/.test(uid));
}
