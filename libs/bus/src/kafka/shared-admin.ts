import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, Kafka } from 'kafkajs';
import { isPassing, toBusError } from './kafka-errors.js';

const TRIES = 5;
const PAUSE_MS = 100;

/** One administrative connection, opened when first needed and given up after an error. */
export class SharedAdmin {
  #admin: Promise<Admin> | undefined;

  constructor(readonly kafka: Kafka) {}

  /**
   * Does what may be done twice; tries again while the cluster only moves or makes known a partition.
   * @throws SluiceError BUS_UNAVAILABLE, BUS_ACCESS_REFUSED, or what is one of ours already
   */
  async use<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work(await (this.#admin ??= this.#connect()));
      } catch (error) {
        void this.close();
        if (attempt === TRIES || !isPassing(error)) throw toBusError(error);
        await sleep(PAUSE_MS * attempt);
      }
    }
  }

  async close(): Promise<void> {
    const admin = this.#admin;
    this.#admin = undefined;
    await admin?.then((connected) => connected.disconnect()).catch(() => undefined);
  }

  async #connect(): Promise<Admin> {
    const admin = this.kafka.admin();
    await admin.connect();
    return admin;
  }
}
