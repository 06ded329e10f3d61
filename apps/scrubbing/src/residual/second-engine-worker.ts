import { parentPort } from 'node:worker_threads';
import { readAgain } from '@sluice/dicom/second-reader';
import { findInElements } from './find-in-elements.js';
import type { LookReply, LookTask } from './second-engine.js';

/** The thread's side: one object at a time. What dcmjs throws may quote a value: only that it threw leaves. */
parentPort?.on('message', ({ header, identity }: LookTask) =>
  parentPort?.postMessage(answer(header, identity)),
);

function answer(header: LookTask['header'], identity: LookTask['identity']): LookReply {
  let elements;
  try {
    elements = readAgain(header);
  } catch {
    return { unread: true };
  }
  const residue = findInElements(elements, identity);
  return residue ? { residue } : {};
}
