import { connect, type Socket } from 'node:net';

/** A peer that sends what it is told and reads whole PDUs; it knows no manners. */
export class RawPeer {
  readonly socket: Socket;
  closed = false;
  #bytes = Buffer.alloc(0);
  #changed: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#changed?.();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.closed = true;
      this.#changed?.();
    });
  }

  /** Connects; a refused connection is a peer that is closed. */
  static async connect(port: number): Promise<RawPeer> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    const peer = new RawPeer(socket);
    await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
    return peer;
  }

  /** Sends and waits while the socket's buffer is full. */
  async send(bytes: Buffer | string): Promise<void> {
    if (this.closed || this.socket.write(bytes)) return;
    await new Promise((resolve) => this.socket.once('drain', resolve).once('close', resolve));
  }

  /** The next whole PDU; undefined when the connection closes before it, or nothing comes in time. */
  async next(withinMs = 15_000): Promise<Buffer | undefined> {
    const until = Date.now() + withinMs;
    for (;;) {
      const length = this.#bytes.length >= 6 ? 6 + this.#bytes.readUInt32BE(2) : Infinity;
      if (this.#bytes.length >= length) {
        const pdu = this.#bytes.subarray(0, length);
        this.#bytes = this.#bytes.subarray(length);
        return pdu;
      }
      if (this.closed || Date.now() >= until) return undefined;
      await this.#change(until - Date.now());
    }
  }

  /** True when the other side has closed in time. */
  async gone(withinMs = 15_000): Promise<boolean> {
    const until = Date.now() + withinMs;
    while (!this.closed && Date.now() < until) await this.#change(until - Date.now());
    return this.closed;
  }

  /** Everything that came and was not taken by `next`. */
  get rest(): Buffer {
    return this.#bytes;
  }

  destroy(): void {
    this.socket.destroy();
  }

  #change(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#changed = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
