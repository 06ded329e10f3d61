import { SluiceError } from '@sluice/contracts';
import type { ElementView } from '@sluice/dicom';
import type { Profile } from '../profile/profile.js';
import { watchDocuments } from './documents.js';
import { watchFaces } from './faces.js';

/** Watches one object for what its profile does not release: directories, documents, faces. */
export function watchPolicy(profile: Pick<Profile, 'documents' | 'faces'>): {
  note(element: ElementView): void;
  /** Throws the verdict that the policy gives. */
  judge(): void;
  showsFace(): boolean;
} {
  const documents = watchDocuments(profile.documents);
  const faces = watchFaces(profile.faces);

  function note(element: ElementView): void {
    documents.note(element);
    faces.note(element);
  }

  function judge(): void {
    const held = documents.hold() ?? faces.hold();
    if (held) throw new SluiceError(held.code, { detail: held.detail });
  }

  return { note, judge, showsFace: faces.shown };
}
