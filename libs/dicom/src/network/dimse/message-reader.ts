import type { Fragment } from '../pdu/decoder.js';
import { ABORT_REASON, PduError } from '../pdu/pdu.types.js';
import { type CommandSet, decodeCommand, MAX_COMMAND_BYTES } from './command-set.js';

/** Empty PDVs cost us work and the peer nothing: this many per message pass. */
const MAX_EMPTY_FRAGMENTS = 256;

/** What a message is made of, in order: one command, then its data set's bytes, if it has one. Each may throw PduError. */
export interface MessageSink {
  command(contextId: number, command: CommandSet): void;
  data(bytes: Buffer): void;
  dataEnd(): void;
}

/** Puts the fragments of PS3.7 6.3 together: gathers the command (bounded), passes the data set through. */
export class MessageReader {
  #command: Buffer[] = [];
  #commandBytes = 0;
  /** The context of the message in progress; 0 between messages. */
  #contextId = 0;
  #inDataSet = false;
  #emptyFragments = 0;
  readonly #isAccepted: (contextId: number) => boolean;
  readonly #sink: MessageSink;

  constructor(sink: MessageSink, isAccepted: (contextId: number) => boolean) {
    this.#sink = sink;
    this.#isAccepted = isAccepted;
  }

  /** True from the first fragment of a message to its last. */
  get inMessage(): boolean {
    return this.#contextId !== 0;
  }

  /** True while a data set is on its way. */
  get inDataSet(): boolean {
    return this.#inDataSet;
  }

  /** @throws PduError for a fragment that does not belong here. */
  take(fragment: Fragment): void {
    this.#check(fragment);
    if (fragment.bytes.length === 0 && ++this.#emptyFragments > MAX_EMPTY_FRAGMENTS)
      throw new PduError(ABORT_REASON.invalidParameter);
    this.#contextId = fragment.contextId;
    if (fragment.command) return this.#takeCommand(fragment);
    if (fragment.bytes.length > 0) this.#sink.data(fragment.bytes);
    if (!fragment.last || !fragment.pdvEnds) return;
    this.#reset();
    this.#sink.dataEnd();
  }

  #check(fragment: Fragment): void {
    if (!this.#isAccepted(fragment.contextId)) throw new PduError(ABORT_REASON.invalidParameter);
    if (this.#contextId !== 0 && this.#contextId !== fragment.contextId)
      throw new PduError(ABORT_REASON.invalidParameter);
    if (fragment.command === this.#inDataSet) throw new PduError(ABORT_REASON.unexpectedParameter);
  }

  #takeCommand(fragment: Fragment): void {
    this.#commandBytes += fragment.bytes.length;
    if (this.#commandBytes > MAX_COMMAND_BYTES) throw new PduError(ABORT_REASON.invalidParameter);
    // A copy: a command spread over many reads must not hold them all.
    this.#command.push(Buffer.from(fragment.bytes));
    if (!fragment.last || !fragment.pdvEnds) return;
    const bytes = Buffer.concat(this.#command);
    const contextId = this.#contextId;
    this.#reset();
    const command = decodeOrAbort(bytes);
    if (command.hasDataSet) {
      this.#inDataSet = true;
      this.#contextId = contextId;
    }
    this.#sink.command(contextId, command);
  }

  #reset(): void {
    this.#command = [];
    this.#commandBytes = 0;
    this.#contextId = 0;
    this.#inDataSet = false;
    this.#emptyFragments = 0;
  }
}

function decodeOrAbort(bytes: Buffer): CommandSet {
  try {
    return decodeCommand(bytes);
  } catch {
    throw new PduError(ABORT_REASON.invalidParameter);
  }
}
