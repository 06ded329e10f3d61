import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached, runCommand, type Say } from '@sluice/stack';

const NEEDS =
  'The chart is judged by programs that are built with Go: install Go 1.26 or newer from https://go.dev/dl.';

/** A program that Go's module proxy has in source. */
export interface GoProgram {
  readonly name: string;
  readonly module: string;
  readonly version: string;
  /** Its main package. */
  readonly main: string;
  /** For the progress line: how long a build takes on two cores. */
  readonly takes: string;
  /** Linker flags beyond those that leave out debugging tables. */
  readonly link?: string;
}

/** Path of the program, built first when the cache does not have it. Throws with what to install. */
export async function goProgram(program: GoProgram, say: Say): Promise<string> {
  const { name, version, takes } = program;
  const download = {
    name: `${name}-${version}`,
    from: `Go's module proxy (${takes})`,
    fetch: (folder: string) => build(program, join(folder, name)),
  };
  return join(await cached(download, say), name);
}

/** Folder with the module's files, from Go's own cache. Throws with what to install. */
export async function goModule(module: string, version: string): Promise<string> {
  const { Dir } = await downloaded(module, version);
  return Dir;
}

async function build({ module, version, main, link = '' }: GoProgram, file: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-go-'));
  try {
    await writeFile(join(folder, 'go.mod'), await goMod(module, version));
    const flags = ['-mod=mod', '-p=2', '-trimpath', '-buildvcs=false', `-ldflags=-s -w ${link}`.trim()];
    // Nobody waits for these builds alone: the tests that run beside them go first.
    await runCommand(['nice', '-n', '10', 'go', 'build', ...flags, '-o', file, main], NEEDS, {
      cwd: folder,
      env: { ...process.env, CGO_ENABLED: '0' },
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A module of our own that requires theirs and repeats its `replace` lines: Go heeds those of the main module only. */
async function goMod(module: string, version: string): Promise<string> {
  const { GoMod } = await downloaded(module, version);
  const text = await readFile(GoMod, 'utf8');
  const go = /^go (\S+)$/m.exec(text)?.[1] ?? '1.26.0';
  const replaces = [...text.matchAll(/^(?:replace)?\s+(\S+)( v\S+)? => (\S+)( v\S+)?/gm)].flatMap(
    ([, from, fromVersion = '', to = '', toVersion = '']) => {
      // Kubernetes keeps its libraries in its own tree and publishes each as v0 of the same minor version.
      if (to.startsWith('./staging/')) return [`replace ${from} => ${from} ${version.replace(/^v1/, 'v0')}`];
      // Other libraries of one tree are published under the version that is required.
      return to.startsWith('.') ? [] : [`replace ${from}${fromVersion} => ${to}${toVersion}`];
    },
  );
  return [`module sluice.tool`, `go ${go}`, `require ${module} ${version}`, ...replaces, ''].join('\n');
}

async function downloaded(module: string, version: string): Promise<{ Dir: string; GoMod: string }> {
  const output = await runCommand(['go', 'mod', 'download', '-json', `${module}@${version}`], NEEDS, {
    cwd: tmpdir(),
  });
  return JSON.parse(output.slice(output.indexOf('{'))) as { Dir: string; GoMod: string };
}
