import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

const DOCUMENT = new URL('../../docs/backup.md', import.meta.url);
const LIMIT_MS = 300_000;
const ran = new Set<string>();

/** Names of the document's blocks that were not run in this process. */
export async function blocksNotRun(): Promise<string[]> {
  const names = [...(await readFile(DOCUMENT, 'utf8')).matchAll(/<!-- run: (.*) -->/g)].map(
    ([, name]) => name!,
  );
  return names.filter((name) => !ran.has(name));
}

/** Runs a block of commands of docs/backup.md, the one behind `<!-- run: NAME -->`, as a person would paste it. Returns its seconds and output. */
export async function runBlock(
  name: string,
  environment: Readonly<Record<string, string>>,
): Promise<{ seconds: number; output: string }> {
  const block = await blockOf(name);
  const startedAt = performance.now();
  const output = await runScript(block, environment);
  const seconds = (performance.now() - startedAt) / 1000;
  ran.add(name);
  process.stderr.write(`sluice: backup: ${name}: ${seconds.toFixed(1)} s\n`);
  return { seconds, output };
}

/** Runs commands as the document's are run, with only this environment. Returns what they print. */
export function runScript(script: string, environment: Readonly<Record<string, string>>): Promise<string> {
  return new Promise<string>((resolve, reject) => {
    const options = { env: { ...environment }, timeout: LIMIT_MS, maxBuffer: 64 * 1024 * 1024 };
    execFile('bash', ['--norc', '-euo', 'pipefail', '-c', script], options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${error.message}\n${stdout}\n${stderr}`));
      else resolve(stdout + stderr);
    });
  });
}

async function blockOf(name: string): Promise<string> {
  const page = await readFile(DOCUMENT, 'utf8');
  const block = new RegExp(`<!-- run: ${name} -->\\n+\`\`\`sh\\n([^]*?)\`\`\``).exec(page)?.[1];
  if (!block) throw new Error(`docs/backup.md has no block ${name}`);
  return block;
}
