import type { AssociationInfo, ListenerHandlers, ProposedContext } from '../listener.types.js';
import { APPLICATION_CONTEXT } from '../pdu/encoder.js';
import type { AssociateReject, AssociateRequest, ContextResult } from '../pdu/pdu.types.js';

/** The Verification SOP Class (PS3.4 A.4). */
export const VERIFICATION = '1.2.840.10008.1.1';
const IMPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2';
const NATIVE_SYNTAXES = [IMPLICIT_LITTLE_ENDIAN, '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.2'];

const REFUSED_CLASS = 3;
const REFUSED_SYNTAXES = 4;

/** An accepted presentation context. */
export interface AcceptedContext {
  readonly abstractSyntax: string;
  readonly transferSyntax: string;
}

/** The listener's own reasons to reject, before the room is asked (PS3.8 9.3.4, Table 9-21). */
export function rejectionOf(
  request: AssociateRequest,
  ownTitle: string | undefined,
): AssociateReject | undefined {
  if ((request.protocolVersion & 1) === 0) return { result: 1, source: 2, reason: 2 };
  if (request.applicationContext !== APPLICATION_CONTEXT) return { result: 1, source: 1, reason: 2 };
  if (!isTitle(request.callingAE)) return { result: 1, source: 1, reason: 3 };
  if (!isTitle(request.calledAE)) return { result: 1, source: 1, reason: 7 };
  if (ownTitle !== undefined && request.calledAE !== ownTitle) return { result: 1, source: 1, reason: 7 };
  return undefined;
}

/** True for a lawful AE title (PS3.5 6.2, AE): 1 to 16 characters, no backslash, no control character. */
export function isTitle(title: string): boolean {
  return /^[\x20-\x5b\x5d-\x7e]{1,16}$/.test(title) && title.trim() !== '';
}

/** The answer to one proposed context; Verification is the listener's own. */
export function answerContext(
  handlers: ListenerHandlers,
  association: AssociationInfo,
  context: ProposedContext,
): ContextResult {
  const chosen =
    context.abstractSyntax === VERIFICATION ? nativeOf(context) : handlers.choose(association, context);
  const { id } = context;
  if (typeof chosen === 'object')
    return {
      id,
      result: chosen.refuse === 'class' ? REFUSED_CLASS : REFUSED_SYNTAXES,
      transferSyntax: IMPLICIT_LITTLE_ENDIAN,
    };
  if (chosen === undefined) return { id, result: REFUSED_CLASS, transferSyntax: IMPLICIT_LITTLE_ENDIAN };
  if (!context.transferSyntaxes.includes(chosen))
    return { id, result: REFUSED_SYNTAXES, transferSyntax: IMPLICIT_LITTLE_ENDIAN };
  return { id, result: 0, transferSyntax: chosen };
}

function nativeOf(context: ProposedContext): string | { refuse: 'syntaxes' } {
  return (
    context.transferSyntaxes.find((syntax) => NATIVE_SYNTAXES.includes(syntax)) ?? { refuse: 'syntaxes' }
  );
}
