import type { Admin, Kafka } from 'kafkajs';
import { toBusError } from './kafka-errors.js';

/** One administrative connection, opened when first needed and given up after an error. */
export class SharedAdmin {
  #admin: Promise<Admin> | undefined;

  constructor(readonly kafka: Kafka) {}

  /** @throws SluiceError BUS_UNAVAILABLE, BUS_ACCESS_REFUSED, or what is one of ours already */
  async use<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    try {
      return await work(await (this.#admin ??= this.#connect()));
    } catch (error) {
      void this.close();
      throw toBusError(error);
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
