import { collectGarbageLessOften } from '@sluice/service/heap';
import { readSettings } from '@sluice/service/settings';
import { type Asking, askDoor } from './admin/ask-door.js';
import { AskingSettings } from './admin/config.js';
import { EXIT, type Command, usage } from './command.js';
import { ownDesk } from './desk.js';
import { createOutput } from './output.js';
import { runCommand, tellError } from './run-command.js';

/** Commands of this machine alone. Only what is asked for is loaded: all of them together take a second and 100 MB. */
const OWN: Readonly<Record<string, () => Promise<Command>>> = {
  push: async () => (await import('./commands/push.js')).push,
  announce: async () => (await import('./commands/announce.js')).announce,
  verify: async () => (await import('./commands/verify.js')).verify,
  deidentify: async () => (await import('./commands/deidentify.js')).deidentify,
  evaluate: async () => (await import('./commands/evaluate.js')).evaluate,
  'sign-model': async () => (await import('./commands/sign-model.js')).signModel,
  'admin-door': async () => (await import('./commands/admin-door.js')).adminDoor,
  'admin-token': async () => (await import('./commands/admin-door.js')).adminToken,
  stack: async () => (await import('./commands/stack.js')).stack,
  demo: async () => (await import('./demo/demo.js')).demo,
};

// A folder of images passes through: image bytes lie outside the heap but count for it.
collectGarbageLessOften();
const [verb = 'help', ...args] = process.argv.slice(2);
process.exitCode = await run(verb, args);

async function run(name: string, words: readonly string[]): Promise<number> {
  if (['help', '--help', '-h'].includes(name)) return help();
  const { command, isAtTheDoor } = await commandOf(name);
  const teller = { output: createOutput(words.includes('--json')), desk: ownDesk() };
  try {
    if (!command) throw usage('no such command');
    const door = isAtTheDoor ? doorOf(readSettings(AskingSettings)) : undefined;
    return await (door ? askDoor(door, [name, ...words], teller) : runCommand(command, words, teller));
  } catch (thrown) {
    return tellError(thrown, teller.output, command?.usage);
  }
}

async function commandOf(name: string): Promise<{ command?: Command | undefined; isAtTheDoor: boolean }> {
  if (Object.hasOwn(OWN, name)) return { command: await OWN[name]?.(), isAtTheDoor: false };
  const { AT_THE_DOOR } = await import('./admin/commands-at-the-door.js');
  const isAtTheDoor = Object.hasOwn(AT_THE_DOOR, name);
  return { command: isAtTheDoor ? AT_THE_DOOR[name] : undefined, isAtTheDoor };
}

function doorOf({ ADMIN_URL: url, ADMIN_TOKEN: token, ADMIN_CA: ca }: AskingSettings): Asking | undefined {
  if (!url) return undefined;
  if (!token) throw usage('ADMIN_URL is set, and ADMIN_TOKEN is missing');
  return { url, token, ca };
}

async function help(): Promise<number> {
  const { AT_THE_DOOR } = await import('./admin/commands-at-the-door.js');
  const own = await Promise.all(Object.values(OWN).map((load) => load()));
  const rows = [...Object.values(AT_THE_DOOR), ...own].flatMap((command) =>
    command.usage.map((line, at) => `  sluice ${line}${at === 0 ? `\n      ${command.summary}` : ''}`),
  );
  console.log(
    [
      'Usage (--json on each):',
      ...rows,
      '',
      'Exit codes: 0 done, 1 something is not, 2 wrong usage or settings, 3 a service does not answer',
    ].join('\n'),
  );
  return EXIT.done;
}
