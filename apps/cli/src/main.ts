import { collectGarbageLessOften, readSettings } from '@sluice/service';
import { type Asking, askDoor } from './admin/ask-door.js';
import { AT_THE_DOOR } from './admin/commands-at-the-door.js';
import { AskingSettings } from './admin/config.js';
import { EXIT, type Command, usage } from './command.js';
import { adminDoor, adminToken } from './commands/admin-door.js';
import { deidentify } from './commands/deidentify.js';
import { doctor } from './commands/doctor.js';
import { evaluate } from './commands/evaluate.js';
import { push } from './commands/push.js';
import { signModel } from './commands/sign-model.js';
import { stack } from './commands/stack.js';
import { verify } from './commands/verify.js';
import { demo } from './demo/demo.js';
import { ownDesk } from './desk.js';
import { createOutput } from './output.js';
import { runCommand, tellError } from './run-command.js';

const COMMANDS: Readonly<Record<string, Command>> = {
  push,
  ...AT_THE_DOOR,
  verify,
  deidentify,
  evaluate,
  'sign-model': signModel,
  'admin-door': adminDoor,
  'admin-token': adminToken,
  doctor,
  stack,
  demo,
};

// A folder of images passes through: image bytes lie outside the heap but count for it.
collectGarbageLessOften();
const [verb = 'help', ...args] = process.argv.slice(2);
process.exitCode = await run(verb, args);

async function run(name: string, words: readonly string[]): Promise<number> {
  if (['help', '--help', '-h'].includes(name)) return help();
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  const teller = { output: createOutput(words.includes('--json')), desk: ownDesk() };
  try {
    if (!command) throw usage('no such command');
    const door = Object.hasOwn(AT_THE_DOOR, name) ? doorOf(readSettings(AskingSettings)) : undefined;
    return await (door ? askDoor(door, [name, ...words], teller) : runCommand(command, words, teller));
  } catch (thrown) {
    return tellError(thrown, teller.output, command?.usage);
  }
}

function doorOf({ ADMIN_URL: url, ADMIN_TOKEN: token, ADMIN_CA: ca }: AskingSettings): Asking | undefined {
  if (!url) return undefined;
  if (!token) throw usage('ADMIN_URL is set, and ADMIN_TOKEN is missing');
  return { url, token, ca };
}

function help(): number {
  const rows = Object.values(COMMANDS).flatMap((command) =>
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
