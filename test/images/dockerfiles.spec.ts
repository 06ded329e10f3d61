import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'deploy/docker');
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('Dockerfile'));

/** One instruction of a Dockerfile, its continued lines joined. */
interface Instruction {
  readonly name: string;
  readonly words: string;
}

function instructionsOf(text: string): Instruction[] {
  const joined = text.replaceAll(/^\s*#.*\n/gm, '').replaceAll(/\\\n\s*/g, '');
  return joined.split('\n').flatMap((line) => {
    const [, name, words] = /^\s*([A-Za-z]+)\s+(.*?)\s*$/.exec(line) ?? [];
    return name ? [{ name: name.toUpperCase(), words: words ?? '' }] : [];
  });
}

/** What is wrong with a Dockerfile, a sentence each; the rules that we keep (hadolint has names for most of them). */
export function problemsOf(text: string): string[] {
  const all = instructionsOf(text);
  const last = all.slice(all.findLastIndex(({ name }) => name === 'FROM'));
  const user = last.findLast(({ name }) => name === 'USER')?.words ?? '';
  const entry = last.findLast(({ name }) => name === 'ENTRYPOINT')?.words ?? '';
  const withDefault = all.filter(({ name, words }) => name === 'ARG' && words.includes('='));
  return [
    ...all.flatMap((instruction) => problemsOfOne(instruction, all)),
    ...withDefault.map(({ words }) => `the argument ${words} has a default: what is built must be said`),
    ...(/^[1-9]\d*(:[1-9]\d*)?$/.test(user) ? [] : ['the image runs as root, or as a user without a number']),
    ...(entry.startsWith('[') ? [] : ['the entry point is no list: signals would go to a shell']),
  ];
}

function problemsOfOne({ name, words }: Instruction, all: readonly Instruction[]): string[] {
  const declared = (base: string) =>
    all.some((each) => each.name === 'ARG' && `\${${each.words.split('=')[0]}}` === base);
  switch (name) {
    case 'FROM':
      return declared(words.split(' ')[0] ?? '') ? [] : [`the base ${words} is not an argument`];
    case 'ADD':
      return ['ADD fetches and unpacks: COPY'];
    case 'WORKDIR':
      return words.startsWith('/') ? [] : ['WORKDIR is relative'];
    case 'ENV':
    case 'ARG':
      return /PASSWORD|SECRET|TOKEN|PRIVATE/i.test(words)
        ? [`a secret would stay in the image: ${words}`]
        : [];
    case 'RUN':
      return [
        ...(/\b(curl|wget)\b[^|]*\|/.test(words) ? ['runs what it fetches'] : []),
        ...(/\bsudo\b/.test(words) ? ['sudo'] : []),
        ...(/apt-get install/.test(words) && !/--no-install-recommends/.test(words)
          ? ['installs what is only recommended']
          : []),
        ...(/pip install/.test(words) && !/--no-cache-dir/.test(words) ? ['keeps the cache of pip'] : []),
      ];
    default:
      return [];
  }
}

describe.each(FILES)('%s', (file) => {
  const text = readFileSync(join(FOLDER, file), 'utf8');

  it('keeps the rules', () => expect(problemsOf(text)).toEqual([]));

  it('copies what is there', () => {
    const copied = instructionsOf(text).filter(
      ({ name, words }) => name === 'COPY' && !words.includes('--from'),
    );
    for (const { words } of copied) {
      const paths = words.split(/\s+/).filter((word) => !word.startsWith('--'));
      for (const path of paths.slice(0, -1)) expect(existsSync(join(ROOT, path)), path).toBe(true);
    }
  });

  it('runs programs of this repository that are there', () => {
    for (const [path] of text.matchAll(/\b(?:deploy|node_modules)\/[\w./-]+\.m?js\b/g))
      expect(existsSync(join(ROOT, path)), path).toBe(true);
  });
});

it.each([
  ['FROM node:24\nUSER 1\nENTRYPOINT ["a"]', 'the base node:24 is not an argument'],
  ['ARG BASE=node:24\nFROM ${BASE}\nUSER 1\nENTRYPOINT ["a"]', 'the argument BASE=node:24 has a default'],
  ['ARG BASE\nFROM ${BASE}\nENTRYPOINT ["a"]', 'runs as root'],
  ['ARG BASE\nFROM ${BASE}\nUSER node\nENTRYPOINT ["a"]', 'a user without a number'],
  ['ARG BASE\nFROM ${BASE}\nUSER 1\nENTRYPOINT a', 'no list'],
  ['ARG BASE\nFROM ${BASE}\nRUN curl x | sh\nUSER 1\nENTRYPOINT ["a"]', 'runs what it fetches'],
  ['ARG BASE\nFROM ${BASE}\nADD x /\nUSER 1\nENTRYPOINT ["a"]', 'ADD'],
  ['ARG BASE\nFROM ${BASE}\nENV DB_PASSWORD=x\nUSER 1\nENTRYPOINT ["a"]', 'a secret'],
])('a planted mistake is found: %j', (text, problem) => {
  expect(problemsOf(text)).toEqual([expect.stringContaining(problem)]);
});
