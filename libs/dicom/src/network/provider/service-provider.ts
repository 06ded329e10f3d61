import { SluiceError, toSluiceError } from '@sluice/contracts';
import { COMMAND, type CommandSet, encodeResponse } from '../dimse/command-set.js';
import { DataSetStream } from '../dimse/data-set-stream.js';
import { MessageReader } from '../dimse/message-reader.js';
import { type Answer, answerToError, STATUS } from '../dimse/status.js';
import type { AssociationInfo, ListenerHandlers, ListenerObservation } from '../listener.types.js';
import type { Fragment } from '../pdu/decoder.js';
import { encodeCommandData } from '../pdu/encoder.js';
import { ABORT_REASON, PduError } from '../pdu/pdu.types.js';
import type { UpperLayer } from '../upper-layer/upper-layer.js';
import { type AcceptedContext, VERIFICATION } from './negotiation.js';

const PRIORITIES = ['medium', 'high', 'low'] as const;

export interface ServiceProviderOptions {
  readonly association: AssociationInfo;
  readonly handlers: ListenerHandlers;
  readonly layer: UpperLayer;
  readonly contexts: ReadonlyMap<number, AcceptedContext>;
  readonly maxDataSetBytes: number;
  readonly dataSetTimeoutMs: number;
  readonly peerMaxPduBytes: number;
  observe(observation: ListenerObservation): void;
}

/** The one request in progress: no asynchronous operations were negotiated (PS3.7 D.3.3.3). */
interface Operation {
  readonly contextId: number;
  readonly command: CommandSet;
  readonly stream: DataSetStream;
  /** Known before the data set ends when the handler has rejected. */
  answer?: Answer;
}

/** C-ECHO and C-STORE of one association, as provider (PS3.7 9.1.1, 9.1.5). */
export class ServiceProvider {
  #operation: Operation | undefined;
  #settled: Promise<void> = Promise.resolve();
  #onIdle: (() => void) | undefined;
  #deadline: NodeJS.Timeout | undefined;
  readonly #reader: MessageReader;
  readonly #options: ServiceProviderOptions;

  constructor(options: ServiceProviderOptions) {
    this.#options = options;
    this.#reader = new MessageReader(
      {
        command: (contextId, command) => this.#command(contextId, command),
        data: (bytes) => this.#data(bytes),
        dataEnd: () => this.#dataEnd(),
      },
      (contextId) => options.contexts.has(contextId),
    );
  }

  get inMessage(): boolean {
    return this.#reader.inMessage;
  }

  get inDataSet(): boolean {
    return this.#reader.inDataSet;
  }

  /** True while the peer waits for us. */
  get busy(): boolean {
    return this.#operation !== undefined && (this.#operation.stream.ended || this.#operation.stream.paused);
  }

  /** @throws PduError */
  take(fragment: Fragment): void {
    this.#reader.take(fragment);
  }

  readEnded(): void {
    this.#operation?.stream.flush();
  }

  whenIdle(then: () => void): void {
    if (this.#operation === undefined) return then();
    this.#onIdle = then;
  }

  /** The association is gone: the reader of a data set in progress must not take what it has for the whole. */
  lost(): void {
    clearTimeout(this.#deadline);
    this.#operation?.stream.fail(new SluiceError('DICOM_ASSOCIATION_LOST'));
  }

  /** Resolves when no handler runs any more. */
  settled(): Promise<void> {
    return this.#settled;
  }

  #command(contextId: number, command: CommandSet): void {
    if (command.commandField === COMMAND.cCancel && !command.hasDataSet) return;
    if ((command.commandField & COMMAND.response) !== 0 || this.#operation)
      throw new PduError(ABORT_REASON.unexpectedParameter);
    const { layer } = this.#options;
    const stream = new DataSetStream({ pause: () => layer.pause(), resume: () => layer.resume() });
    const operation: Operation = { contextId, command, stream };
    this.#operation = operation;
    if (command.hasDataSet) this.#deadline = setTimeout(() => layer.abort(), this.#options.dataSetTimeoutMs);
    else stream.end();
    const refusal = this.#refusal(operation);
    if (refusal) return this.#answered(operation, refusal);
    this.#settled = this.#store(operation);
  }

  /** Whatever is answered without the room; undefined for a C-STORE that the room must see. */
  #refusal({ contextId, command }: Operation): Answer | undefined {
    const context = this.#options.contexts.get(contextId);
    if (command.commandField === COMMAND.cEcho) {
      return { status: context?.abstractSyntax === VERIFICATION ? STATUS.success : STATUS.classNotSupported };
    }
    if (command.commandField !== COMMAND.cStore) return { status: STATUS.unrecognizedOperation };
    if (!command.hasDataSet) return { status: STATUS.cannotUnderstand };
    if (command.sopClassUID !== context?.abstractSyntax) return { status: STATUS.classNotSupported };
    if (!/^[0-9.]{1,64}$/.test(command.sopInstanceUID)) return { status: STATUS.invalidInstance };
    return undefined;
  }

  async #store(operation: Operation): Promise<void> {
    const answer = await this.#ask(operation).catch(
      (error: unknown) => answerToError(error) ?? toSluiceError(error),
    );
    if (!(answer instanceof Error)) return this.#answered(operation, answer);
    this.#options.observe({ what: 'failed', code: answer.code });
    operation.stream.discard();
    this.#options.layer.abort();
  }

  async #ask({ contextId, command, stream }: Operation): Promise<Answer> {
    const { status } = await this.#options.handlers.store({
      association: this.#options.association,
      sopClassUID: command.sopClassUID,
      sopInstanceUID: command.sopInstanceUID,
      transferSyntaxUID: this.#options.contexts.get(contextId)!.transferSyntax,
      priority: PRIORITIES[command.priority] ?? 'medium',
      dataSet: stream,
    });
    if (!Number.isInteger(status) || status < 0 || status > 0xffff)
      throw new SluiceError('UNEXPECTED', { detail: 'not a status' });
    if (status === STATUS.success && !stream.readToEnd)
      throw new SluiceError('UNEXPECTED', { detail: 'success before the end of the data set' });
    return { status };
  }

  #data(bytes: Buffer): void {
    const stream = this.#operation?.stream;
    if (!stream) return;
    stream.push(bytes);
    const { maxDataSetBytes } = this.#options;
    if (stream.receivedBytes <= maxDataSetBytes) return;
    stream.fail(new SluiceError('DICOM_LIMIT_EXCEEDED', { detail: 'data set length' }));
    // The rest is dropped so that the association lives on, but not for ever.
    if (stream.receivedBytes > 2 * maxDataSetBytes) throw new PduError(ABORT_REASON.notSpecified);
  }

  #dataEnd(): void {
    const operation = this.#operation;
    if (!operation) return;
    clearTimeout(this.#deadline);
    operation.stream.end();
    if (operation.answer) this.#respond(operation, operation.answer);
  }

  #answered(operation: Operation, answer: Answer): void {
    operation.answer = answer;
    if (operation.stream.ended) return this.#respond(operation, answer);
    operation.stream.discard();
  }

  #respond({ contextId, command, stream }: Operation, answer: Answer): void {
    this.#operation = undefined;
    const response = encodeResponse(command, answer.status, answer.code);
    const flowing = this.#options.layer.send([
      encodeCommandData(contextId, response, this.#options.peerMaxPduBytes),
    ]);
    this.#options.observe({ what: 'answered', ...answer, dataSetBytes: stream.receivedBytes });
    // Hundreds of answers wait unread: this peer asks and never listens.
    if (!flowing) return this.#options.layer.abort();
    const then = this.#onIdle;
    this.#onIdle = undefined;
    then?.();
  }
}
