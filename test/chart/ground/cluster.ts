import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApiServer } from './api-server.ts';
import { NAMESPACE, type Manifest } from './chart.ts';
import { definitions } from './definitions.ts';
import { type Answer, type Kubectl } from './kubectl.ts';

/** An API server that knows the definitions of the chart's optional blocks, and a namespace that enforces Pod Security `restricted`. */
export interface Cluster {
  readonly kubectl: Kubectl;
  /** Has the objects judged as if they were applied: unknown fields are refused, warnings too. */
  judge(objects: readonly Manifest[]): Promise<Answer>;
  stop(): Promise<void>;
}

const say = (line: string): void => void process.stderr.write(`sluice: ${line}\n`);

export async function openCluster(): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-cluster-'));
  const folders = await definitions(say);
  const server = await startApiServer({ folder });
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await fill(server.kubectl, folders);
  } catch (error) {
    await stop();
    throw error;
  }
  const judge = (objects: readonly Manifest[]): Promise<Answer> =>
    server.kubectl(
      ['apply', '--dry-run=server', '--validate=strict', '--warnings-as-errors', '-n', NAMESPACE, '-f', '-'],
      listOf(objects),
    );
  return { kubectl: server.kubectl, judge, stop };
}

/** What `kubectl -f -` takes. */
export function listOf(items: readonly Manifest[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

async function fill(kubectl: Kubectl, folders: readonly string[]): Promise<void> {
  const files = folders.map((folder) => `--filename=${folder}`);
  await must(kubectl(['apply', '--server-side', ...files]));
  await must(kubectl(['wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all']));
  const labels = Object.fromEntries(
    ['enforce', 'warn', 'audit'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']),
  );
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE, labels } };
  await must(kubectl(['create', '-f', '-'], JSON.stringify(namespace)));
}

/** The output of a command that has to succeed. Throws with its words. */
export async function must(answer: Promise<Answer>): Promise<string> {
  const { status, output, errors } = await answer;
  if (status !== 0) throw new Error(errors || output);
  return output;
}
