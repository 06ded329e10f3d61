import { createListener, type Listener, type ListenerObservation } from '@sluice/dicom';
import type { Host } from '@sluice/service';
import { type IntakeSettings, RENEWED_SETTINGS, tlsOf } from '../config.js';
import type { Refusals } from '../admission/refusals.js';
import { DimseHandlers, type DimseHandlerOptions } from './dimse-handlers.js';

/** What the DIMSE door stands on. */
export interface DimseDoor extends Omit<DimseHandlerOptions, 'aeTitle' | 'fatal'> {
  readonly host: Host;
}

/** Listens for associations, plain and, with TLS_CERT, over TLS; both close first at shutdown so that no new work comes in. */
export async function openDimseDoor(door: DimseDoor, settings: IntakeSettings): Promise<void> {
  const { host } = door;
  const handlers = new DimseHandlers({ ...door, aeTitle: settings.DIMSE_AE_TITLE, fatal: host.fatal });
  const tls = tlsOf(settings);
  const common = {
    host: settings.DIMSE_HOST,
    limits: {
      maxAssociations: settings.DIMSE_MAX_ASSOCIATIONS,
      maxAssociationsPerAddress: settings.DIMSE_MAX_ASSOCIATIONS_PER_ADDRESS,
    },
    handlers,
    observe: observer(host, door.refusals),
  };
  const listeners = [await createListener({ ...common, port: settings.DIMSE_PORT })];
  if (tls) {
    const secured = await createListener({ ...common, port: settings.DIMSE_TLS_PORT, tls });
    listeners.push(secured);
    host.onRenewed(RENEWED_SETTINGS, (texts) => renew(secured, { ...settings, ...texts }));
  }
  for (const listener of listeners) host.log.info('listening for associations', { port: listener.port });
  host.onDrain(() => closeAll(listeners, settings.SHUTDOWN_GRACE_MS * 0.8));
  watchAssociations(host, listeners);
}

/** For associations to come; those that stand keep theirs. */
function renew(listener: Listener, settings: IntakeSettings): void {
  const tls = tlsOf(settings);
  if (tls) listener.setSecureContext(tls);
}

async function closeAll(listeners: readonly Listener[], graceMs: number): Promise<void> {
  await Promise.all(listeners.map((listener) => listener.close({ graceMs })));
}

function watchAssociations(host: Host, listeners: readonly Listener[]): void {
  const gauge = host.metrics.gauge('associations');
  host.metrics.beforeScrape(() => {
    gauge.set(listeners.reduce((sum, listener) => sum + listener.associations(), 0));
    return Promise.resolve();
  });
}

function observer(host: Host, refusals: Refusals): (observation: ListenerObservation) => void {
  const answers = host.metrics.counter('store_answers_total');
  const associations = host.metrics.counter('associations_total');
  return (observation) => {
    if (observation.what === 'answered') {
      answers.add({ dimseStatus: observation.status, code: observation.code });
      return;
    }
    if (observation.what === 'rejected' && observation.by === 'listener')
      refusals.note({ tenant: '-', peer: 'unknown', door: 'dimse', code: 'INTAKE_ASSOCIATION_REFUSED' });
    associations.add({ outcome: observation.what === 'ended' ? observation.how : observation.what });
    if (observation.what === 'failed') host.log.warn('association failed', { code: observation.code });
  };
}
