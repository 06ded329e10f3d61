import type { Bus } from './bus.js';
import { parseBusUrl, type BusOptions } from './bus-url.js';
import { corridorOn } from './corridor.js';
import { openEmbeddedWire } from './embedded/embedded-wire.js';
import type { LogWire } from './log-wire.js';

/**
 * Opens the corridor: `kafka://host:9092,host:9092?...` or `embedded:DIR`. Kafka is first spoken to when it is first needed.
 * @throws SluiceError BUS_URL_INVALID, BUS_UNAVAILABLE (the folder)
 */
export async function openBus(url: string, options: BusOptions = {}): Promise<Bus> {
  return corridorOn(await openWire(url, options));
}

/** The raw log under the corridor; for this library and its tests. */
export async function openWire(url: string, options: BusOptions = {}): Promise<LogWire> {
  const address = parseBusUrl(url);
  if (address.scheme === 'embedded') return openEmbeddedWire(address);
  const { openKafkaWire } = await import('./kafka/kafka-wire.js');
  return openKafkaWire(address, options);
}
