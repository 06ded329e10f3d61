import { toolEnvironment } from './paths.mjs';
import { run } from './run.mjs';
import { sayWhile } from './say.mjs';

const NX = ['nx', 'run-many', '-t', 'build', '--outputStyle=static'];

/** Builds the given Nx projects, default all, with what they need. Nx leaves alone what has not changed. Throws with the compiler's words. */
export async function build(projects) {
  const command = projects ? [...NX, '-p', projects.join(',')] : NX;
  // No daemon: it would outlive us; no terminal interface: nobody is there to press keys.
  const env = toolEnvironment({ NX_DAEMON: 'false', NX_TUI: 'false', FORCE_COLOR: '0' });
  const { status, output } = await sayWhile('building', () => run(command, { env }));
  if (status !== 0) throw new Error(`The build failed.\n${output}`);
}
