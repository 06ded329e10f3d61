import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../installation/free-port.ts';
import { openKubectl, type Kubectl } from './kubectl.ts';
import { programs } from './programs.ts';
import { ServerProcess } from './server-process.ts';

const HOST = '127.0.0.1';
const ISSUER = 'https://kubernetes.default.svc';

/** A Kubernetes API server with its own etcd and no nodes: nothing runs in it, but everything is judged by it. */
export interface ApiServer {
  readonly kubectl: Kubectl;
  /** Its administrator's kubeconfig, for controllers. */
  readonly kubeconfig: string;
  /** Key that signs the tokens of service accounts. */
  readonly serviceAccountKey: string;
  stop(): Promise<void>;
}

/** Where it keeps its things, and flags beyond the usual ones. */
export interface ApiServerOptions {
  readonly folder: string;
  readonly flags?: readonly string[];
}

const say = (line: string): void => void process.stderr.write(`sluice: ${line}\n`);

/** Starts both, the programs from the cache or built first, and waits until the server is ready. Throws with what to install. */
export async function startApiServer({ folder, flags = [] }: ApiServerOptions): Promise<ApiServer> {
  const paths = await programs(['etcd', 'kubectl', 'apiServer'], say);
  await mkdir(folder, { recursive: true });
  const etcd = await startEtcd(paths.etcd, folder);
  const token = randomBytes(24).toString('hex');
  const serviceAccountKey = await writeKeys(folder, token);
  const port = await freePort();
  const server = new ServerProcess({
    program: paths.apiServer,
    args: [...serverFlags({ folder, port, etcdPort: etcd.port, serviceAccountKey }), ...flags],
    logFile: join(folder, 'kube-apiserver.log'),
  });
  const kubeconfig = await writeKubeconfig(folder, port, token);
  const kubectl = openKubectl({ program: paths.kubectl, kubeconfig, cache: join(folder, 'kubectl-cache') });
  const stop = async (): Promise<void> => {
    await server.kill();
    await etcd.process.kill();
  };
  try {
    await server.ready(async () => (await kubectl(['get', '--raw', '/readyz'])).status === 0);
  } catch (error) {
    await stop();
    throw error;
  }
  return { kubectl, kubeconfig, serviceAccountKey, stop };
}

async function startEtcd(program: string, folder: string): Promise<{ process: ServerProcess; port: number }> {
  const port = await freePort();
  const [client, peer] = [`http://${HOST}:${port}`, `http://${HOST}:${await freePort()}`];
  const args = [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    // Nothing in it is kept.
    '--unsafe-no-fsync',
  ];
  const etcd = new ServerProcess({ program, args, logFile: join(folder, 'etcd.log') });
  await etcd.ready(async () => (await fetch(`${client}/health`)).ok);
  return { process: etcd, port };
}

async function writeKeys(folder: string, token: string): Promise<string> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const file = join(folder, 'service-accounts.key');
  const mode = { mode: 0o600 };
  await writeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), mode);
  await writeFile(join(folder, 'service-accounts.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  await writeFile(join(folder, 'tokens.csv'), `${token},admin,1,"system:masters"\n`, mode);
  return file;
}

function serverFlags(place: {
  folder: string;
  port: number;
  etcdPort: number;
  serviceAccountKey: string;
}): string[] {
  const { folder, port, etcdPort, serviceAccountKey } = place;
  return [
    `--etcd-servers=http://${HOST}:${etcdPort}`,
    `--service-account-key-file=${join(folder, 'service-accounts.pub')}`,
    `--service-account-signing-key-file=${serviceAccountKey}`,
    `--service-account-issuer=${ISSUER}`,
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    '--service-cluster-ip-range=10.0.0.0/24',
    `--cert-dir=${join(folder, 'certs')}`,
    `--bind-address=${HOST}`,
    `--advertise-address=${HOST}`,
    `--secure-port=${port}`,
    // No controller makes the accounts that it would wait for.
    '--disable-admission-plugins=ServiceAccount',
    // Otherwise it refuses such pods itself, before Pod Security is asked.
    '--allow-privileged=true',
  ];
}

async function writeKubeconfig(folder: string, port: number, token: string): Promise<string> {
  const file = join(folder, 'kubeconfig');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'test',
        cluster: {
          server: `https://${HOST}:${port}`,
          'certificate-authority': join(folder, 'certs', 'apiserver.crt'),
        },
      },
    ],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
    'current-context': 'test',
  };
  await writeFile(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}
