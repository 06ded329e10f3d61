import { join } from 'node:path';
import { startApiServer } from '../../chart/ground/api-server.ts';
import { must } from '../../chart/ground/cluster.ts';
import { definitions } from '../../chart/ground/definitions.ts';
import { type Kubectl } from '../../chart/ground/kubectl.ts';
import { programs } from '../../chart/ground/programs.ts';
import { ServerProcess } from '../../chart/ground/server-process.ts';
import { freePort } from '../../installation/free-port.ts';
import { type ClusterCertificates, makeClusterCertificates } from './certificates.ts';

const HPA_SYNC = '3s';
/** Names of Kubernetes' own controllers that turn a ScaledObject's answer into replicas. */
const CONTROLLERS = [
  'deployment-controller',
  'replicaset-controller',
  'horizontal-pod-autoscaler-controller',
].join(',');

/** An empty WATCH_NAMESPACE is every namespace. */
const KEDA = { POD_NAMESPACE: 'keda', KEDA_CLUSTER_OBJECT_NAMESPACE: 'keda', WATCH_NAMESPACE: '' };

/** API server, controllers and KEDA: what scales, without nodes. */
export interface ControlPlane {
  readonly kubectl: Kubectl;
  /** Program and arguments of kubectl, for a watch. */
  readonly kubectlCommand: readonly string[];
  stop(): Promise<void>;
}

/** Starts all five processes in `folder`, and waits until the API server knows KEDA's metrics. Throws with what to install. */
export async function startControlPlane(folder: string, say: (line: string) => void): Promise<ControlPlane> {
  const paths = await programs(['kubectl', 'controllers', 'kedaOperator', 'kedaAdapter'], say);
  const certificates = await makeClusterCertificates(join(folder, 'certificates'));
  const server = await startApiServer({ folder: join(folder, 'api'), flags: aggregation(certificates) });
  const processes: ServerProcess[] = [];
  const { kubectl, kubeconfig } = server;
  const stop = async (): Promise<void> => {
    for (const each of processes.reverse()) await each.kill();
    await server.stop();
  };
  const start = (program: string, args: readonly string[]): void => {
    const logFile = join(folder, `${program.split('/').at(-1)}.log`);
    processes.push(new ServerProcess({ program, args, logFile, environment: { ...KEDA, HOME: folder } }));
  };
  try {
    const files = (await definitions(say)).filter((each) => each.includes('crds-keda'));
    await must(kubectl(['apply', '--server-side', ...files.map((file) => `--filename=${file}`)]));
    await must(kubectl(['create', 'namespace', 'keda']));
    start(paths.controllers, controllerFlags(kubeconfig, server.serviceAccountKey, certificates.ca));
    const ports = { metrics: await freePort(), adapter: await freePort() };
    start(paths.kedaOperator, await operatorFlags(kubeconfig, certificates, ports.metrics));
    start(paths.kedaAdapter, await adapterFlags(kubeconfig, certificates, ports));
    await must(kubectl(['apply', '-f', '-'], JSON.stringify(externalMetrics(ports.adapter))));
    await metricsAnswer(kubectl);
  } catch (error) {
    await stop();
    throw error;
  }
  return { kubectl, kubectlCommand: [paths.kubectl, `--kubeconfig=${kubeconfig}`], stop };
}

/** The API server hands requests for external metrics on to KEDA's adapter. */
function aggregation({ ca, frontProxy }: ClusterCertificates): string[] {
  return [
    `--requestheader-client-ca-file=${ca}`,
    '--requestheader-allowed-names=front-proxy-client',
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    `--proxy-client-cert-file=${frontProxy.cert}`,
    `--proxy-client-key-file=${frontProxy.key}`,
  ];
}

function controllerFlags(kubeconfig: string, key: string, ca: string): string[] {
  return [
    ...kubeconfigs(kubeconfig),
    `--controllers=${CONTROLLERS}`,
    '--leader-elect=false',
    `--horizontal-pod-autoscaler-sync-period=${HPA_SYNC}`,
    `--service-account-private-key-file=${key}`,
    `--root-ca-file=${ca}`,
    '--secure-port=0',
  ];
}

async function operatorFlags(
  kubeconfig: string,
  { keda, ca }: ClusterCertificates,
  metrics: number,
): Promise<string[]> {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--cert-dir=${keda}`,
    `--ca-dir=${join(ca, '..')}`,
    '--enable-webhook-patching=false',
    '--enable-apiservice-patching=false',
    `--metrics-service-bind-address=127.0.0.1:${metrics}`,
    `--metrics-bind-address=127.0.0.1:${await freePort()}`,
    `--health-probe-bind-address=127.0.0.1:${await freePort()}`,
  ];
}

async function adapterFlags(
  kubeconfig: string,
  { keda, ca }: ClusterCertificates,
  ports: { readonly metrics: number; readonly adapter: number },
): Promise<string[]> {
  return [
    ...kubeconfigs(kubeconfig),
    `--lister-kubeconfig=${kubeconfig}`,
    `--secure-port=${ports.adapter}`,
    '--bind-address=127.0.0.1',
    `--port=${await freePort()}`,
    `--client-ca-file=${ca}`,
    `--tls-cert-file=${join(keda, 'tls.crt')}`,
    `--tls-private-key-file=${join(keda, 'tls.key')}`,
    `--cert-dir=${keda}`,
    `--metrics-service-address=localhost:${ports.metrics}`,
    '--metrics-service-grpc-authority=keda-operator',
  ];
}

function kubeconfigs(file: string): string[] {
  return ['kubeconfig', 'authentication-kubeconfig', 'authorization-kubeconfig'].map(
    (name) => `--${name}=${file}`,
  );
}

function externalMetrics(port: number): object {
  const metadata = { name: 'keda-metrics-apiserver', namespace: 'keda' };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ port }] },
  };
  const apiService = {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1beta1.external.metrics.k8s.io' },
    spec: {
      group: 'external.metrics.k8s.io',
      version: 'v1beta1',
      service: { ...metadata, port },
      insecureSkipTLSVerify: true,
      groupPriorityMinimum: 100,
      versionPriority: 100,
    },
  };
  return { apiVersion: 'v1', kind: 'List', items: [service, apiService] };
}

async function metricsAnswer(kubectl: Kubectl): Promise<void> {
  const condition = ['--for=condition=Available', '--timeout=110s'];
  await must(kubectl(['wait', ...condition, 'apiservice', 'v1beta1.external.metrics.k8s.io']));
}
