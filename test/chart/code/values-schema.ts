import { z } from 'zod';
import { managedSettings } from './managed-settings.js';
import { kubernetesObject, kubernetesObjects, names, PORT, QUANTITIES, text, url } from './values-parts.js';
import { ROOMS } from './rooms.js';
import { WAYS } from './ways-out.js';

const count = (least: number, most: number) => z.int().min(least).max(most);
const seconds = (most: number) => count(0, most);
const secretKey = z.strictObject({ secret: text(253), key: text(253) });

/** Furniture that each room may have of its own. */
const furniture = {
  extraEnv: kubernetesObjects,
  extraVolumes: kubernetesObjects,
  extraVolumeMounts: kubernetesObjects,
  podAnnotations: names,
  podLabels: names,
  nodeSelector: names,
  tolerations: kubernetesObjects,
  affinity: kubernetesObject,
  topologyKeys: z.array(text(317)).max(8),
  whenUnsatisfiable: z.enum(['ScheduleAnyway', 'DoNotSchedule']),
  priorityClassName: text(253),
  runtimeClassName: text(253),
  maxUnavailable: z.union([count(0, 100), z.string().regex(/^\d{1,2}%$/)]),
  runAs: z.strictObject({ user: count(1, 4_294_967_294), group: count(1, 4_294_967_294) }),
  tmp: z.strictObject({ sizeLimit: QUANTITIES, medium: z.enum(['', 'Memory']).optional() }),
  startSeconds: seconds(7200),
  serviceAccount: z.strictObject({
    name: text(253),
    annotations: names,
    roleArn: z.string().regex(/^(arn:aws[a-z-]*:iam::\d{12}:role\/.{1,128})?$/),
  }),
  existingSecret: text(253),
  image: z.strictObject({
    name: text(255),
    tag: text(128),
    digest: z.string().regex(/^(sha256:[0-9a-f]{64})?$/),
  }),
};
const resources = z.strictObject({
  requests: z.record(text(253), QUANTITIES).optional(),
  limits: z.record(text(253), QUANTITIES).optional(),
});

/** Settings of a room that an operator may give: by the room's own schema, without what the chart sets. */
function settingsOf(room: string): z.ZodType {
  const { shape } = ROOMS[room]?.settings ?? z.object({});
  const managed = managedSettings(room);
  const own = Object.entries(shape).filter(([name]) => !managed.includes(name));
  return z.strictObject(Object.fromEntries(own)).partial();
}

function roomOf(name: string, own: Readonly<Record<string, z.ZodType>>): z.ZodType {
  const settings = settingsOf(name);
  return z.strictObject({
    enabled: z.boolean(),
    resources,
    ...partial(furniture),
    settings: settings.optional(),
    ...own,
  });
}

/** A room may give a part of a map: the rest is the default's. */
const partial = (shape: Readonly<Record<string, z.ZodType>>): Record<string, z.ZodType> =>
  Object.fromEntries(
    Object.entries(shape).map(([name, type]) => [
      name,
      (type instanceof z.ZodObject ? type.partial() : type).optional(),
    ]),
  );

const lagScaling = z.strictObject({
  min: count(0, 1000),
  max: count(1, 1000),
  lagPerReplica: count(1, 1_000_000),
});

const certManager = z.strictObject({
  enabled: z.boolean(),
  issuer: z.strictObject({ name: text(253), kind: z.enum(['Issuer', 'ClusterIssuer']) }),
  dnsNames: z.array(text(253)).max(100),
  duration: text(16),
  renewBefore: text(16),
});
const service = {
  type: z.enum(['ClusterIP', 'NodePort', 'LoadBalancer']),
  annotations: names,
  sourceRanges: z.array(text(64)).max(256),
};
const peer = z.record(z.string(), z.unknown()).describe('A row of apps/intake/src/peers.ts.');
const intake = {
  scaling: z.strictObject({
    min: count(1, 100),
    max: count(1, 1000),
    associationsPerReplica: count(1, 4096),
  }),
  peers: z.array(peer).max(10_000),
  tls: z.strictObject({
    enabled: z.boolean(),
    secret: text(253),
    clientCa: secretKey,
    certManager,
  }),
  service: z.strictObject({
    ...service,
    plain: z.boolean(),
    ports: z.strictObject({ dimse: PORT, dimseTls: PORT }),
  }),
  httpService: z.strictObject({ ...service, ports: z.strictObject({ http: PORT, https: PORT }) }),
  gateway: z.strictObject({
    enabled: z.boolean(),
    parentRefs: kubernetesObjects,
    hostnames: z.array(text(253)).max(16),
  }),
  ingress: z.strictObject({
    enabled: z.boolean(),
    className: text(253),
    host: text(253),
    tlsSecret: text(253),
    annotations: names,
  }),
};

const inference = {
  scaling: lagScaling.extend({
    jobsPerReplica: count(1, 1_000_000),
    cooldownSeconds: seconds(86_400),
    databaseSecret: text(253),
  }),
  models: z
    .array(
      z.strictObject({
        folder: z.string().min(1).max(1024),
        digest: z
          .string()
          .regex(/^[0-9a-f]{64}$/)
          .optional(),
        url: url(['http', 'https']).optional(),
      }),
    )
    .max(3),
  modelVolume: kubernetesObject,
  modelKey: secretKey,
  gpu: z.strictObject({
    enabled: z.boolean(),
    resource: text(253),
    count: count(1, 16),
    runtimeClassName: text(253),
    nodeSelector: names,
    tolerations: kubernetesObjects,
    sharedMemory: QUANTITIES,
  }),
};

const adminDoor = {
  replicas: count(1, 16),
  tls: z.strictObject({ secret: text(253), certManager }),
  service: z.strictObject({ ...service, port: PORT }),
};

const way = z.strictObject({ peers: kubernetesObjects, ports: z.array(PORT).max(64) });

/** Everything that values may say; unknown keys are refused at every depth. */
export const VALUES = z.strictObject({
  nameOverride: text(63),
  fullnameOverride: text(63),
  image: z.strictObject({
    registry: text(255),
    repository: text(255),
    tag: text(128),
    pullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']),
    pullSecrets: z.array(text(253)).max(16),
  }),
  kafka: z.strictObject({
    brokers: z
      .array(z.string().regex(/^[A-Za-z0-9._-]{1,253}:\d{1,5}$/))
      .min(1)
      .max(64),
    tls: z.boolean(),
    auth: z.enum(['none', 'scram-sha-256', 'scram-sha-512', 'certificate']),
    ca: secretKey,
    partitions: count(1, 1000),
    replication: count(1, 9),
    minIsr: count(1, 9),
    topicPrefix: z.string().regex(/^[a-z0-9.-]{0,30}$/),
  }),
  store: z.strictObject({ url: url(['s3']) }),
  keys: z.strictObject({
    url: z
      .string()
      .max(2048)
      .regex(/^aws-kms:/),
  }),
  traces: z.strictObject({ url: z.union([z.literal(''), url(['http', 'https'])]) }),
  aws: z.strictObject({ identity: z.enum(['none', 'pod-identity', 'irsa', 'static']), region: text(32) }),
  tenants: z.array(z.string().regex(/^[a-z0-9]{1,32}$/)).max(1000),
  defaults: z.strictObject({ ...furniture, settings: z.strictObject({}) }),
  intake: roomOf('intake', intake),
  scrubbing: roomOf('scrubbing', { scaling: lagScaling }),
  inference: roomOf('inference', inference),
  encryption: roomOf('encryption', { scaling: lagScaling }),
  archival: roomOf('archival', { scaling: lagScaling }),
  adminDoor: roomOf('admin-door', adminDoor),
  scaling: z.strictObject({
    by: z.enum(['keda', 'hpa', 'none']),
    pollingSeconds: count(5, 600),
    cpuPercent: count(10, 100),
    down: z.strictObject({
      stabilizationSeconds: seconds(3600),
      pods: count(1, 100),
      periodSeconds: count(1, 1800),
    }),
    prometheus: z.strictObject({ url: z.union([z.literal(''), url(['http', 'https'])]) }),
  }),
  network: z.strictObject({
    monitoring: kubernetesObjects,
    senders: kubernetesObjects,
    admins: kubernetesObjects,
    gateway: kubernetesObjects,
    dns: kubernetesObjects,
    to: z.strictObject({ ...Object.fromEntries(WAYS.map((name) => [name, way])), identity: way }),
  }),
  strimzi: z.strictObject({
    enabled: z.boolean(),
    cluster: text(253),
    users: z.boolean(),
    analytics: z
      .array(
        z.strictObject({
          name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,30}$/),
          tenants: z.array(text(32)).min(1).max(1000),
        }),
      )
      .max(1000),
  }),
  externalSecrets: z.strictObject({
    enabled: z.boolean(),
    store: z.strictObject({ name: text(253), kind: z.enum(['SecretStore', 'ClusterSecretStore']) }),
    prefix: text(255),
    refreshInterval: text(16),
  }),
  monitoring: z.strictObject({
    podMonitor: z.strictObject({ enabled: z.boolean(), labels: names, interval: text(16) }),
    rules: z.strictObject({ enabled: z.boolean(), labels: names }),
    dashboards: z.strictObject({ enabled: z.boolean(), labels: names }),
  }),
  global: z.unknown().optional(),
});
