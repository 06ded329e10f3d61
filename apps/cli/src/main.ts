import { ERRORS, toSluiceError } from '@sluice/contracts';
import { collectGarbageLessOften } from '@sluice/service';
import { EXIT, type Command, usage } from './command.js';
import { deadLetters } from './commands/dead-letters.js';
import { deidentify } from './commands/deidentify.js';
import { evaluate } from './commands/evaluate.js';
import { exportObjects } from './commands/export.js';
import { publicKey } from './commands/public-key.js';
import { push } from './commands/push.js';
import { quarantine } from './commands/quarantine.js';
import { signModel } from './commands/sign-model.js';
import { stack } from './commands/stack.js';
import { status } from './commands/status.js';
import { verify } from './commands/verify.js';
import { demo } from './demo/demo.js';
import { createOutput } from './output.js';

const COMMANDS: Readonly<Record<string, Command>> = {
  push,
  status,
  export: exportObjects,
  verify,
  'public-key': publicKey,
  deidentify,
  'dead-letters': deadLetters,
  quarantine,
  evaluate,
  'sign-model': signModel,
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
  const output = createOutput(words.includes('--json'));
  try {
    if (!command) throw usage('no such command');
    return await command.run(words, output);
  } catch (thrown) {
    const error = toSluiceError(thrown);
    output.value({ code: error.code, detail: error.detail });
    console.error(`${error.message}\n${ERRORS[error.code].hint}`);
    if (error.code === 'CLI_USAGE')
      for (const line of command?.usage ?? []) console.error(`  sluice ${line}`);
    return exitCodeOf(error.code, error.kind);
  }
}

function exitCodeOf(code: string, kind: string): number {
  if (code === 'CLI_USAGE' || kind === 'fatal') return EXIT.usage;
  return kind === 'transient' ? EXIT.unavailable : EXIT.incomplete;
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
