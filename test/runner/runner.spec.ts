import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isRunning } from './descendants.mjs';

vi.setConfig({ testTimeout: 120_000 });

const HERE = new URL('./', import.meta.url);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-runner-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A script that imports the runner's files as `./runner/...`; it hears of `go` by its input's end. */
async function script(name: string, text: string, env: Readonly<Record<string, string>> = {}) {
  const file = join(folder, `${name}.mjs`);
  await writeFile(file, text.replaceAll("'./runner/", `'${HERE.href}`));
  const child = spawn(process.execPath, [file], { env: { ...process.env, ...env } });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const closed = once(child, 'close');
  return {
    go: () => child.stdin.end(),
    async said(words: RegExp) {
      for (;;) {
        const found = words.exec(output);
        if (found) return found;
        if (child.exitCode !== null) throw new Error(`it ended without ${words}: ${output}`);
        await sleep(20);
      }
    },
    ended: async () => ((await closed)[0], output),
  };
}

async function programs(root: string, texts: Readonly<Record<string, string>>) {
  for (const [path, text] of Object.entries(texts)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
    await chmod(join(root, path), 0o755);
  }
}

/** The process id that a program has written to the file. */
async function pidIn(file: string) {
  for (;;) {
    const pid = Number(await readFile(file, 'utf8').catch(() => '0'));
    if (pid !== 0) return pid;
    await sleep(20);
  }
}

describe('a tool of the runner', () => {
  const RUN = `import { runTool } from './runner/command.mjs';
    const stop = new AbortController();
    process.stdin.resume().on('end', () => stop.abort());
    const told = (status) => console.log('status ' + status);`;

  it('is ended with all that it has started', async () => {
    const grandchild = `['sh', '-c', 'sleep 1000 & echo started $!; wait']`;
    const run = await script(
      'ended',
      `${RUN} await runTool(${grandchild}, { limitMs: 1e6, signal: stop.signal }).then(told); process.stdin.pause();`,
    );
    const pid = Number((await run.said(/started (\d+)/))[1]);
    expect(isRunning(pid)).toBe(true);
    run.go();
    await run.said(/status/);
    expect(isRunning(pid)).toBe(false);
    await run.ended();
  });

  it('is ended at its limit, and does not begin when the run has ended', async () => {
    const run = await script(
      'limit',
      `${RUN} await runTool(['sleep', '1000'], { limitMs: 50, signal: stop.signal }).then(told);
      await runTool(['echo', 'begun'], { limitMs: 1e6, signal: AbortSignal.abort() }).then(told);
      process.exit();`,
    );
    expect(await run.ended()).toBe('status 124\nstatus 124\n');
  });

  it('is ended with what is started when asked to end, by a program whose parent has ended; who ignores the signal is killed', async () => {
    const late = join(folder, 'late.sh');
    await writeFile(late, `trap '' TERM; echo late $$; exec sleep 1000`);
    const stubborn = join(folder, 'stubborn.sh');
    await writeFile(stubborn, `trap 'sh ${late}' TERM; echo ready; while :; do sleep 0.1; done`);
    const run = await script(
      'stubborn',
      `import { spawn } from 'node:child_process';
      import { endAll } from './runner/command.mjs';
      spawn('sh', ['-c', 'sh ${stubborn} & wait'], { stdio: ['ignore', 'inherit', 'inherit'] });
      process.stdin.resume().on('end', () => endAll(process.pid, 4000).then(() => console.log('over')));`,
    );
    await run.said(/ready/);
    run.go();
    const pid = Number((await run.said(/late (\d+)/))[1]);
    await run.said(/over/);
    expect(isRunning(pid)).toBe(false);
    await run.ended();
  });

  it('is found without /proc, and what lists it is not', async () => {
    const ps = join(folder, 'ps');
    await writeFile(ps, '#!/bin/sh\necho "$$ $PPID"\necho "  4242 $PPID"\necho "4243 4242"\n');
    await chmod(ps, 0o755);
    const run = await script(
      'listed',
      `import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      fs.existsSync = () => false;
      syncBuiltinESMExports();
      const { descendantsOf } = await import('./runner/descendants.mjs');
      console.log(descendantsOf(process.pid));
      process.env.PATH = '/nowhere';
      console.log(descendantsOf(process.pid));`,
      { PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` },
    );
    expect(await run.ended()).toBe('[ 4242, 4243 ]\n[]\n');
  });
});

describe('what builds the judges of the chart', () => {
  const begin = (options: string) => `import { beginChartTools } from './runner/chart-tools.mjs';
    import { descendantsOf } from './runner/descendants.mjs';
    const files = { together: [], alone: ['test/chart/names.spec.ts'] };
    const tools = beginChartTools(files, { ${options}, signal: new AbortController().signal });`;

  it('does not begin in a run without backing services', async () => {
    const run = await script(
      'unit',
      `${begin('unit: true')} console.log(descendantsOf(process.pid).length, await tools.built); await tools.end();`,
    );
    expect(await run.ended()).toBe('0 0\n');
  });

  it('ends with the run, and so does the build that it has begun', async () => {
    const go = join(folder, 'go');
    await writeFile(go, '#!/bin/sh\necho "building $$" >&2\necho $$ > "$GO_PID"\nexec sleep 1000\n');
    await chmod(go, 0o755);
    const pidFile = join(folder, 'go.pid');
    const run = await script(
      'build',
      `${begin('unit: false')} process.stdin.resume().on('end', async () => {
        await tools.end();
        console.log('ended');
        process.exit();
      });`,
      {
        PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`,
        XDG_CACHE_HOME: join(folder, 'cache'),
        GO_PID: pidFile,
      },
    );
    const pid = await pidIn(pidFile);
    expect(isRunning(pid)).toBe(true);
    run.go();
    await run.said(/ended/);
    expect(isRunning(pid)).toBe(false);
    await run.ended();
  });
});

it('what a machine lacks is said, with where it comes from', async () => {
  const run = await script(
    'peers',
    `import { installPeers } from './runner/peers.mjs'; await installPeers(new AbortController().signal);`,
    { PATH: join(folder, 'nothing') },
  );
  const said = await run.ended();
  expect(said).toMatch(/; Go 1\.26 or newer from https:\/\/go\.dev\/dl\./);
  for (const what of ['dcmtk', 'openssl', 'default-jre-headless', 'maven', 'python3-venv', 'kcat'])
    expect(said).toMatch(new RegExp(`apt-get install .*\\b${what}\\b.*\\)`));
});

describe('a run that takes too long', () => {
  it('is ended, says so, and its last line counts it as failed', async () => {
    const main = fileURLToPath(new URL('main.mjs', HERE));
    const hourAgo = Date.now() - 3_600_000;
    const run = await script(
      'late',
      `process.argv.splice(2, 9, 'images', 'unit', '${hourAgo}'); await import(${JSON.stringify(main)});`,
      { SLUICE_TEST_MINUTES: '' },
    );
    const lines = (await run.ended()).trimEnd().split('\n');
    expect(lines).toContain('sluice: 55 minutes are over: what still runs is ended');
    expect(lines.join('\n')).toMatch(/failed: not run, or cut short: test\/images\/.* more files/);
    expect(lines.join('\n')).toMatch(/failed: the run was ended after 55 minutes/);
    expect(lines.at(-1)).toBe('0 passed, 2 failed, 0 skipped');
  });

  /** A repository of the runner's own files and these. */
  async function repository(name: string, files: Readonly<Record<string, string>>) {
    const root = join(folder, name);
    for (const path of [
      'deploy/set-up',
      'deploy/set-up.mjs',
      'test/run.mjs',
      'test/runner',
      'vitest.config.ts',
    ])
      await cp(fileURLToPath(new URL(`../../${path}`, HERE)), join(root, path), { recursive: true });
    await programs(root, { 'package.json': '{ "type": "module" }', ...files });
    return root;
  }

  /** Runs a program of the repository; at `go` these minutes have passed at once. */
  function runIn(root: string, program: string, args: readonly string[], minutes: number) {
    const passing = `const { setTimeout } = globalThis;
      globalThis.setTimeout = (call, ms, ...rest) => {
        if (ms > 50 * 60_000) process.stdin.on('end', () => setTimeout(call, ms - ${minutes * 60_000}).unref());
        return setTimeout(call, ms, ...rest);
      };
      process.stdin.resume();`;
    const file = JSON.stringify(join(root, program));
    const text = `${passing} process.argv.splice(2, 9, ...${JSON.stringify(args)}); await import(${file});`;
    return script(`run-${minutes}-${args[0] ?? ''}`, text, {
      SLUICE_TEST_MINUTES: '',
      XDG_CACHE_HOME: join(root, 'cache'),
    });
  }

  const lastOf = (output: string) => output.trimEnd().split('\n').at(-1);
  const countLines = (output: string) => output.match(/^\d+ passed/gm)?.length;

  it('is cut in the middle of a file: what had ended is counted, and nothing of it is left', async () => {
    const root = await repository('cut', {
      'libs/cut/src/a.spec.ts': `import { it } from 'vitest'; it('ends', () => {});`,
      'libs/cut/src/b.spec.ts': `import { execFileSync } from 'node:child_process'; import { it } from 'vitest';
        it('hangs', () => void execFileSync('sh', ['-c', 'echo $$ > pid; exec sleep 1000']));`,
    });
    await symlink(fileURLToPath(new URL('../../node_modules', HERE)), join(root, 'node_modules'));
    const run = await runIn(root, 'test/runner/main.mjs', ['cut', 'unit', `${Date.now()}`], 55);
    await run.said(/a\.spec\.ts.*1 test/);
    const pid = await pidIn(join(root, 'pid'));
    run.go();
    const output = await run.ended();
    expect(output).toMatch(/failed: not run, or cut short: libs\/cut\/src\/b\.spec\.ts\n/);
    expect(lastOf(output)).toBe('1 passed, 2 failed, 0 skipped');
    expect(isRunning(pid)).toBe(false);
  });

  const STUBBORN = `#!/bin/sh\ntrap '' TERM\necho $$ > pid\nexec sleep 1000\n`;

  it('says its last line, once, though what it has started ignores that it is asked to end', async () => {
    const requirements = 'none';
    const digest = createHash('sha256').update(requirements).digest('hex').slice(0, 12);
    const root = await repository('stubborn', {
      'apps/trainer/requirements.txt': requirements,
      'apps/trainer/tests/test_nothing.py': '',
      [`cache/sluice/trainer-${digest}/ready`]: '',
      [`cache/sluice/trainer-${digest}/bin/python`]: STUBBORN,
    });
    await symlink(fileURLToPath(new URL('../../node_modules', HERE)), join(root, 'node_modules'));
    const run = await runIn(root, 'test/runner/main.mjs', ['trainer', 'unit', `${Date.now()}`], 58);
    const pid = await pidIn(join(root, 'pid'));
    run.go();
    const output = await run.ended();
    expect(lastOf(output)).toMatch(/^0 passed, [12] failed, 0 skipped$/);
    expect(countLines(output)).toBe(1);
    expect(output).toMatch(/failed: the run was ended after 55 minutes/);
    expect(isRunning(pid)).toBe(false);
  });

  it('says its last line, once, though its set-up hangs and has a child that ignores that it is asked to end', async () => {
    const root = await repository('set-up', {
      'libs/hanging/src/a.spec.ts': '',
      'package-lock.json': '{ "packages": {} }',
      'node_modules/.package-lock.json': '{ "packages": {} }',
      'node_modules/.bin/node': '',
      'node_modules/.bin/nx': '#!/bin/sh\n./stubborn &\nwait\n',
      stubborn: STUBBORN,
    });
    const run = await runIn(root, 'test/run.mjs', ['hanging', '--unit'], 55);
    const pid = await pidIn(join(root, 'pid'));
    run.go();
    const output = await run.ended();
    expect(lastOf(output)).toBe('0 passed, 1 failed, 0 skipped');
    expect(countLines(output)).toBe(1);
    expect(output).toMatch(/failed: the run was ended after 55 minutes/);
    expect(isRunning(pid)).toBe(false);
  });

  it('ends the backing services that are being started, with what fetches them', async () => {
    const root = join(folder, 'fetching');
    const hanging = '#!/bin/sh\nexec sleep 1000\n';
    await programs(root, { docker: '#!/bin/sh\nexit 1\n', go: hanging, python3: hanging });
    await programs(root, { mvn: `#!/bin/sh\necho $$ > "${join(root, 'pid')}"\nexec sleep 1000\n` });
    const run = await script(
      'fetching',
      `import { openTestStack } from './runner/test-stack.mjs';
      import { descendantsOf } from './runner/descendants.mjs';
      const stop = new AbortController();
      process.stdin.resume().on('end', () => stop.abort());
      await openTestStack(stop.signal).catch(() => console.log('failed'));
      console.log('left', descendantsOf(process.pid));`,
      {
        PATH: `${root}${delimiter}${process.env['PATH'] ?? ''}`,
        XDG_CACHE_HOME: join(root, 'cache'),
        SLUICE_TEST_KAFKA: '',
      },
    );
    const pid = await pidIn(join(root, 'pid'));
    run.go();
    expect(await run.ended()).toMatch(/failed\nleft \[\]\n$/);
    expect(isRunning(pid)).toBe(false);
  });

  it("does not begin to install the trainer's packages", async () => {
    const root = join(folder, 'installing');
    await programs(root, { 'apt-get': `#!/bin/sh\necho begun > "${join(root, 'begun')}"\n` });
    const run = await script(
      'installing',
      `import { trainerPython } from './runner/python.mjs';
      await trainerPython(AbortSignal.abort()).catch(() => console.log('failed'));`,
      { PATH: `${root}${delimiter}${process.env['PATH'] ?? ''}`, XDG_CACHE_HOME: join(root, 'cache') },
    );
    expect(await run.ended()).toMatch(/failed\n/);
    expect(existsSync(join(root, 'begun'))).toBe(false);
    const cached = await readdir(join(root, 'cache'), { recursive: true }).catch(() => []);
    expect(cached.filter((path) => path.endsWith('bin'))).toEqual([]);
  });

  it('keeps the counts of the files that had ended', async () => {
    const run = await script(
      'counts',
      `import CountReporter from './runner/count-reporter.mjs';
      const test = { fullName: 'x', result: () => ({ state: 'passed' }) };
      const children = { allTests: () => [test], allSuites: () => [] };
      new CountReporter().onTestModuleEnd({ relativeModuleId: 'a.spec.ts', errors: () => [], children });`,
      { SLUICE_TEST_COUNTS: join(folder, 'counts.json') },
    );
    await run.ended();
    expect(JSON.parse(await readFile(join(folder, 'counts.json'), 'utf8'))).toMatchObject([
      { file: 'a.spec.ts', passed: 1, failed: 0 },
    ]);
  });
});
