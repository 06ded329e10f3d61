import type { Audit } from '@sluice/audit';
import { SluiceError } from '@sluice/contracts';
import type { Host } from '@sluice/service';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { z } from 'zod';
import { runCommand } from '../run-command.js';
import { beginAnswer } from './answer.js';
import { AT_THE_DOOR } from './commands-at-the-door.js';
import { mayRun, type Person, personOf, readPeople } from './people.js';

/** Commands at once: each opens doors of its own. */
const MOST_AT_ONCE = 4;
const MOST_BODY_BYTES = 64 * 1024;
const Words = z.strictObject({ words: z.array(z.string().max(4_096)).min(1).max(128) });

/** Runs commands for people who prove who they are, over TLS alone. What a person asks for is recorded before it runs. */
export class AdminDoor {
  #running = 0;
  readonly #people: readonly Person[];
  readonly #asked: { add(labels: { action: string; result: string }): void };

  constructor(
    people: string,
    private readonly audit: Audit,
    metrics: Host['metrics'],
  ) {
    this.#people = readPeople(people);
    this.#asked = metrics.counter('admin_requests_total');
  }

  /** @throws SluiceError CLI_DOOR_NEEDS_TLS, CLI_TOKEN_UNKNOWN, CLI_NOT_ALLOWED, CLI_USAGE, CLI_DOOR_BUSY, AUDIT_NOT_RECORDED */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let action = 'none';
    try {
      const person = this.#admit(request);
      const words = await readWords(request);
      if (Object.hasOwn(AT_THE_DOOR, words[0]!)) action = words[0]!;
      const allowed = mayRun(person, words) && action !== 'none';
      await this.#record(person, action, allowed);
      if (!allowed) throw new SluiceError('CLI_NOT_ALLOWED', { detail: 'the door' });
      await this.#run(person, words, response);
      this.#asked.add({ action, result: 'run' });
    } catch (thrown) {
      this.#asked.add({ action, result: 'refused' });
      throw thrown;
    }
  }

  #admit(request: IncomingMessage): Person {
    if (!(request.socket as TLSSocket).encrypted) throw new SluiceError('CLI_DOOR_NEEDS_TLS');
    return personOf(this.#people, request.headers.authorization);
  }

  async #run(person: Person, [verb, ...rest]: readonly string[], response: ServerResponse): Promise<void> {
    if (this.#running >= MOST_AT_ONCE) throw new SluiceError('CLI_DOOR_BUSY');
    this.#running += 1;
    try {
      const answer = beginAnswer(response, person.name, rest.includes('--json'));
      answer.end(await runCommand(AT_THE_DOOR[verb!]!, rest, answer));
    } finally {
      this.#running -= 1;
    }
  }

  /** The verb alone: the other words are free text, and what they open is recorded where it is opened. */
  #record(person: Person, command: string, allowed: boolean): Promise<void> {
    return this.audit.record({
      tenant: '-',
      actor: { kind: 'person', name: person.name },
      action: 'command',
      subject: { command, door: 'admin' },
      outcome: allowed ? 'success' : 'refused',
      ...(!allowed && { code: 'CLI_NOT_ALLOWED' }),
    });
  }
}

async function readWords(request: IncomingMessage): Promise<readonly string[]> {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    sizeBytes += part.length;
    if (sizeBytes > MOST_BODY_BYTES) throw new SluiceError('CLI_USAGE', { detail: 'too many words' });
    parts.push(part);
  }
  try {
    return Words.parse(JSON.parse(Buffer.concat(parts).toString('utf8'))).words;
  } catch (cause) {
    throw new SluiceError('CLI_USAGE', { detail: 'the request holds no words', cause });
  }
}
