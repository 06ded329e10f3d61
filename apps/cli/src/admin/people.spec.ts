import { expect, it } from 'vitest';
import { mayRun, personOf, readPeople, tokenDigest } from './people.js';

const ADA = { name: 'ada', tokenSha256: tokenDigest('token-of-ada'), may: ['status', 'quarantine list'] };
const BOB = { name: 'bob', tokenSha256: tokenDigest('token-of-bob'), may: [] };
const people = readPeople(JSON.stringify([ADA, BOB]));

it('knows a person by the token, and nobody by anything else', () => {
  expect(personOf(people, 'Bearer token-of-bob').name).toBe('bob');
  for (const wrong of [undefined, '', 'Bearer ', 'Bearer token-of-eve', 'token-of-ada', 'Basic token-of-ada'])
    expect(() => personOf(people, wrong)).toThrow('CLI_TOKEN_UNKNOWN');
  expect(() => personOf(people, `Bearer ${ADA.tokenSha256}`)).toThrow('CLI_TOKEN_UNKNOWN');
});

it('allows a command, or one verb of it', () => {
  expect(mayRun(ADA, ['status', '--json'])).toBe(true);
  expect(mayRun(ADA, ['quarantine', 'list'])).toBe(true);
  for (const words of [['quarantine', 'release'], ['quarantine'], ['export'], []])
    expect(mayRun(ADA, words), words.join(' ')).toBe(false);
  expect(mayRun(BOB, ['status'])).toBe(false);
});

it.each([
  ['no JSON', '{'],
  ['nobody', '[]'],
  ['a token in clear', JSON.stringify([{ ...ADA, tokenSha256: 'secret' }])],
  ['two of one name', JSON.stringify([ADA, { ...BOB, name: 'ada' }])],
  ['two with one token', JSON.stringify([ADA, { ...ADA, name: 'eve' }])],
  ['what it does not know', JSON.stringify([{ ...ADA, role: 'root' }])],
])('does not start with %s, and quotes nothing of it', (_what, text) => {
  expect(() => readPeople(text)).toThrow(/^SERVICE_CONFIG_INVALID: ADMIN_PEOPLE: not a list of people/);
});
