import { type IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { afterEach, expect, it, vi } from 'vitest';
import type { Desk } from '../desk.js';
import { AT_THE_DOOR } from './commands-at-the-door.js';
import { tokenDigest } from './people.js';
import { AdminDoor } from './serve-words.js';

const MAY = ['doctor', 'quarantine', 'status'];
const PEOPLE = JSON.stringify([{ name: 'ada', tokenSha256: tokenDigest('token-of-ada'), may: MAY }]);

afterEach(() => vi.restoreAllMocks());

/** What `status` does from now on, for the rest of the test. */
const statusDoes = (work: (desk: Desk) => Promise<number>) =>
  vi.spyOn(AT_THE_DOOR['status']!, 'run').mockImplementation((_words, _output, desk) => work(desk));

/** A door whose audit trail is written when `record` resolves, and what it logged and counted. */
function doorWith(record: (entry: { outcome: string }) => Promise<void>) {
  const logged: object[] = [];
  const counted: object[] = [];
  const write = (message: string, ...more: unknown[]) =>
    void logged.push({ message, ...Object(more.at(-1)) });
  const ways = {
    audit: () => Promise.resolve({ record }),
    log: { info: write, warn: write, error: write },
    metrics: { counter: () => ({ add: (labels: object) => void counted.push(labels) }) },
  };
  return { door: new AdminDoor(PEOPLE, ways as never), logged, counted };
}

function ask(door: AdminDoor, words: readonly string[] | Readable, token = 'token-of-ada') {
  const body = words instanceof Readable ? words : Readable.from([Buffer.from(JSON.stringify({ words }))]);
  const request = Object.assign(body, {
    socket: { encrypted: true },
    headers: { authorization: `Bearer ${token}` },
  }) as unknown as IncomingMessage;
  const response = new ServerResponse(request);
  let text = '';
  response.write = ((part: string) => (text += part).length > 0) as typeof response.write;
  const lines = () =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as object);
  return { served: door.serve(request, response), response, lines };
}

it('gives each command its place before it records it: a flood writes no rows', async () => {
  const written = Promise.withResolvers<void>();
  let rows = 0;
  const { door } = doorWith(() => ((rows += 1), written.promise));
  const asked = Array.from({ length: 50 }, () => ask(door, ['quarantine', 'forget', 'x']).served);
  const settled = asked.map((each) =>
    each.then(
      () => 'run',
      (error: Error) => error.message,
    ),
  );
  const first = await Promise.any(settled.slice(4));
  expect([first, rows]).toEqual(['CLI_DOOR_BUSY', 4]);
  written.resolve();
  const ends = await Promise.all(settled);
  expect(ends.filter((end) => end === 'run')).toHaveLength(4);
  expect(rows).toBe(4);
});

it('logs and counts what failed, by its code and without the words', async () => {
  const { door, logged, counted } = doorWith(() => Promise.resolve());
  const { served, lines } = ask(door, ['quarantine', 'release', 'abcdef01', '--reason', '  ', '--json']);
  await served;
  expect(lines()).toContainEqual({ exit: 2 });
  expect(logged).toEqual([{ message: 'a command failed', action: 'quarantine', code: 'CLI_USAGE' }]);
  expect(counted).toEqual([{ action: 'quarantine', result: 'failed' }]);
});

it.each([
  ['--service', 'http://10.0.0.1'],
  ['--echo', 'X@10.0.0.1:104'],
  ['--from', 'X'],
])('connects to no address that a person names: doctor %s', async (...words) => {
  const { door } = doorWith(() => Promise.resolve());
  const { served, lines } = ask(door, ['doctor', ...words, '--json']);
  await served;
  expect(lines()[0]).toMatchObject({
    value: { code: 'CLI_USAGE', detail: expect.stringContaining('not for the admin door') },
  });
});

it('runs and answers nothing that it could not record', async () => {
  const { door } = doorWith(() => Promise.reject(new Error('no trail')));
  const { served, response } = ask(door, ['quarantine', 'forget', 'x']);
  await expect(served).rejects.toThrow('no trail');
  expect(response.headersSent).toBe(false);
});

it.each([
  ['no words', Readable.from([Buffer.from('{"words":[]}')])],
  ['no JSON', Readable.from([Buffer.from('status')])],
  ['more than a command has', Readable.from([Buffer.alloc(40_000, 32), Buffer.alloc(40_000, 32)])],
])('refuses a body with %s before it records anything', async (_what, body) => {
  let rows = 0;
  const { door } = doorWith(async () => void (rows += 1));
  await expect(ask(door, body).served).rejects.toMatchObject({ code: 'CLI_USAGE' });
  expect(rows).toBe(0);
});

it('knows who is on the list now, and keeps the old list where a new one is none', async () => {
  const { door } = doorWith(() => Promise.resolve());
  expect(() => door.renewPeople('[]')).toThrow('SERVICE_CONFIG_INVALID');
  await ask(door, ['quarantine', 'forget', 'x']).served;
  const eve = { name: 'eve', tokenSha256: tokenDigest('token-of-eve'), may: MAY };
  door.renewPeople(JSON.stringify([eve]));
  await expect(ask(door, ['status']).served).rejects.toMatchObject({ code: 'CLI_TOKEN_UNKNOWN' });
  await ask(door, ['quarantine', 'forget', 'x'], 'token-of-eve').served;
});

it('takes nothing more when it is told to stop', async () => {
  const { door } = doorWith(() => Promise.resolve());
  await door.drain(0);
  await expect(ask(door, ['quarantine', 'forget', 'x']).served).rejects.toMatchObject({
    code: 'CLI_DOOR_BUSY',
  });
});

it('ends a command that has no file to send when its person has left', async () => {
  const { door, logged } = doorWith(() => Promise.resolve());
  const running = Promise.withResolvers<void>();
  statusDoes(async ({ ended }) => {
    const left = new Promise((resolve) => ended.addEventListener('abort', resolve));
    running.resolve();
    await left;
    ended.throwIfAborted();
    return 0;
  });
  const { served, response } = ask(door, ['status']);
  await running.promise;
  response.emit('close');
  await served;
  expect(logged).toEqual([{ message: 'a command failed', action: 'status', code: 'CLI_PERSON_GONE' }]);
});

it('does not begin to work for a person who left before the command was recorded', async () => {
  const written = Promise.withResolvers<void>();
  const { door } = doorWith(() => written.promise);
  const seen: boolean[] = [];
  statusDoes(async ({ ended }) => (seen.push(ended.aborted), 0));
  const { served, response } = ask(door, ['status']);
  response.emit('close');
  written.resolve();
  await expect(served).rejects.toMatchObject({ code: 'CLI_PERSON_GONE' });
  expect(seen).toEqual([]);
});

it('is drained though a command does not end when it is told to', async () => {
  const { door } = doorWith(() => Promise.resolve());
  const running = Promise.withResolvers<AbortSignal>();
  statusDoes(({ ended }) => (running.resolve(ended), new Promise(() => undefined)));
  void ask(door, ['status']).served;
  const ended = await running.promise;
  await door.drain(0);
  expect(ended.aborted).toBe(true);
});
