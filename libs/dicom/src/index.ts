export type { ElementAction, ElementView, RewritePlan } from './data-set/rewrite.types.js';
export type { AssociationInfo, ListenerHandlers, ListenerLimits, ProposedContext, StoreRequest } from './network/listener.types.js';
export { createListener } from './network/listener.js';
export type { Listener, ListenerObservation, ListenerOptions, ListenerTls } from './network/listener.types.js';
