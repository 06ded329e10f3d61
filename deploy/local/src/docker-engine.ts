import { spawn } from 'node:child_process';

const PATIENCE_MS = 5000;

/** True when a Docker engine answers `docker info` within five seconds. */
export function dockerAnswers(program = 'docker'): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, ['info', '--format', '{{.ServerVersion}}'], {
      stdio: 'ignore',
      timeout: PATIENCE_MS,
    });
    child.once('error', () => resolve(false));
    child.once('close', (status) => resolve(status === 0));
  });
}
