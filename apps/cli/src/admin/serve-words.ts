import type { Audit } from '@sluice/audit';
import { type SluiceError as Failure, SluiceError } from '@sluice/contracts';
import type { Host } from '@sluice/service';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { runCommand } from '../run-command.js';
import { beginAnswer } from './answer.js';
import { AT_THE_DOOR } from './commands-at-the-door.js';
import { mayRun, type Person, personOf, readPeople } from './people.js';
import { openPlaces, type Places } from './places.js';
import { readWords } from './read-words.js';

/** Commands at once: each opens doors of its own. */
const MOST_AT_ONCE = 4;

/** What the door needs of the process and of the audit trail. */
export interface DoorWays {
  /** Asked before each command: until the trail can be written, nothing runs. */
  readonly audit: () => Promise<Pick<Audit, 'record'>>;
  readonly log: Pick<Host['log'], 'info' | 'warn' | 'error'>;
  readonly metrics: Pick<Host['metrics'], 'counter'>;
}

/** Who asks for what: `action` is the command's verb, or `none`. */
interface Asked {
  readonly person: Person;
  readonly action: string;
  readonly words: readonly string[];
}

/** Runs commands for people who prove who they are, over TLS alone. What a person asks for is recorded before it runs. */
export class AdminDoor {
  readonly #places: Places = openPlaces(MOST_AT_ONCE);
  #people: readonly Person[];
  readonly #asked: { add(labels: { action: string; result: string }): void };

  /** @throws SluiceError SERVICE_CONFIG_INVALID */
  constructor(
    people: string,
    private readonly ways: DoorWays,
  ) {
    this.#people = readPeople(people);
    this.#asked = ways.metrics.counter('admin_requests_total');
  }

  /** Takes another list of people: who is not on it is unknown from the next request on. @throws SluiceError SERVICE_CONFIG_INVALID */
  renewPeople(people: string): void {
    this.#people = readPeople(people);
    this.ways.log.info('people renewed', { count: this.#people.length });
  }

  /** Takes no more; waits for what is in hand, and after `patienceMs` cuts its answers: a command ends at its next file, page or object, and is not waited for longer. */
  drain(patienceMs: number): Promise<void> {
    return this.#places.drain(patienceMs);
  }

  /** @throws SluiceError CLI_DOOR_NEEDS_TLS, CLI_TOKEN_UNKNOWN, CLI_NOT_ALLOWED, CLI_USAGE, CLI_DOOR_BUSY, AUDIT_NOT_RECORDED */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let action = 'none';
    const guest = guestOf(response);
    try {
      const person = this.#admit(request);
      const words = await readWords(request);
      if (Object.hasOwn(AT_THE_DOOR, words[0]!)) action = words[0]!;
      // The place first: who floods the door is turned away before a row is written for each try.
      const result = await this.#places.hold(guest, () =>
        this.#run({ person, action, words }, response, guest.ended),
      );
      this.#asked.add({ action, result });
    } catch (thrown) {
      this.#asked.add({ action, result: 'refused' });
      throw thrown;
    }
  }

  #admit(request: IncomingMessage): Person {
    if (!(request.socket as TLSSocket).encrypted) throw new SluiceError('CLI_DOOR_NEEDS_TLS');
    return personOf(this.#people, request.headers.authorization);
  }

  async #run(
    { person, action, words }: Asked,
    response: ServerResponse,
    ended: AbortSignal,
  ): Promise<'run' | 'failed'> {
    const allowed = mayRun(person, words) && action !== 'none';
    await this.#record(person, action, allowed);
    if (!allowed) throw new SluiceError('CLI_NOT_ALLOWED', { detail: 'the door' });
    ended.throwIfAborted();
    const rest = words.slice(1);
    const answer = beginAnswer(response, { person: person.name, ended }, rest.includes('--json'));
    let result: 'run' | 'failed' = 'run';
    const failed = (error: Failure) => {
      result = 'failed';
      this.#logFailure(action, error);
    };
    answer.end(await runCommand(AT_THE_DOOR[action]!, rest, { ...answer, failed }));
    return result;
  }

  /** By its code: the words of a person are free text. */
  #logFailure(action: string, error: Failure): void {
    if (error.kind === 'permanent') this.ways.log.warn('a command failed', { action, code: error.code });
    else this.ways.log.error('a command failed', error, { action });
  }

  /** The verb alone: the other words are free text, and what they open is recorded where it is opened. */
  async #record(person: Person, command: string, allowed: boolean): Promise<void> {
    const audit = await this.ways.audit();
    await audit.record({
      tenant: '-',
      actor: { kind: 'person', name: person.name },
      action: 'command',
      subject: { command, door: 'admin' },
      outcome: allowed ? 'success' : 'refused',
      ...(!allowed && { code: 'CLI_NOT_ALLOWED' }),
    });
  }
}

/** `ended` when the person leaves, however far the command is, or when `end` cuts the answer. */
function guestOf(response: ServerResponse): { readonly ended: AbortSignal; end(): void } {
  const gone = new AbortController();
  const leave = () => gone.abort(new SluiceError('CLI_PERSON_GONE'));
  response.once('close', leave);
  if (response.destroyed) leave();
  const end = () => {
    leave();
    response.destroy();
  };
  return { ended: gone.signal, end };
}
