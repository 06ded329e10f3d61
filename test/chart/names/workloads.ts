import { describeSettings } from '@sluice/service';
import { type Room, ROOMS } from '../code/rooms.js';
import type { Manifest } from '../ground/chart.ts';
import { PATHS } from './rooms.js';

/** What a process may find besides its settings: AWS's own client, Node and the system read it. */
const FOREIGN = /^(AWS_[A-Z_]+|NODE_OPTIONS|NODE_ENV|NODE_EXTRA_CA_CERTS|TMPDIR|TZ)$/;
/** After it the kubelet kills: the process ends by itself before that. */
const MARGIN_SECONDS = 2;

interface Variable {
  readonly name: string;
  readonly value?: string;
}
interface Port {
  readonly name: string;
  readonly containerPort: number;
}

/** Room of an object, by its label. */
export const roomOf = ({ metadata }: Pick<Manifest, 'metadata'>): string | undefined =>
  metadata.labels?.['app.kubernetes.io/component'];

/** What of the Deployments is not named as the code names it. */
export function misnamedWorkloads(manifests: readonly Manifest[]): string[] {
  return manifests.filter(({ kind }) => kind === 'Deployment').flatMap(problemsOf);
}

function problemsOf(deployment: Manifest): string[] {
  const name = roomOf(deployment) ?? '';
  const room = ROOMS[name];
  const pod = deployment['spec'].template.spec;
  const [container] = pod.containers;
  const say = (problem: string): string => `${deployment.metadata.name}: ${problem}`;
  if (!room) return [say(`there is no room ${name}`)];
  return [
    ...imageProblems(room.part?.app ?? name, container.image),
    ...wordProblems(room, container.args),
    ...settingProblems(room, container.env ?? []),
    ...portProblems(room, container),
    ...probeProblems(container),
    ...graceProblems(room, { env: container.env ?? [], seconds: pod.terminationGracePeriodSeconds }),
  ].map(say);
}

/** An image's program is the app; only a command of one is given words. */
function wordProblems({ part }: Room, words: readonly string[] = []): string[] {
  const wanted = part?.words ?? [];
  return words.join(' ') === wanted.join(' ') ? [] : [`its program is told: ${words.join(' ')}`];
}

/** The image of a room is the one that `--build-arg APP=room` makes; inference has one more, for GPUs. */
function imageProblems(room: string, image: string): string[] {
  const [repository = ''] = image.replace(/@.*/, '').split(/:(?=[^/]*$)/);
  const images = room === 'inference' ? [room, 'inference-gpu'] : [room];
  return images.includes(repository.split('/').at(-1) ?? '') ? [] : [`its image is ${image}`];
}

function settingProblems(room: Room, env: readonly Variable[]): string[] {
  const rows = describeSettings(room.settings);
  const known = new Set(rows.flatMap(({ name }) => [name, `${name}_FILE`]));
  const given = new Set(env.map(({ name }) => name));
  const unknown = [...given].filter((name) => !known.has(name) && !FOREIGN.test(name));
  const twice = rows.filter(({ name }) => given.has(name) && given.has(`${name}_FILE`));
  return [
    ...unknown.map((name) => `no setting is called ${name}`),
    ...rows
      .filter(({ name, required }) => required && !given.has(name) && !given.has(`${name}_FILE`))
      .map(({ name }) => `the setting ${name} is missing`),
    ...twice.map(({ name }) => `${name} is set twice`),
    ...refusedValues(room, env).map((name) => `the code refuses the value of ${name}`),
  ];
}

function refusedValues(room: Room, env: readonly Variable[]): string[] {
  const given = Object.fromEntries(env.map(({ name, value }) => [name, value || undefined]));
  const { error } = room.settings.safeParse(given);
  const refused = new Set((error?.issues ?? []).map(({ path }) => String(path[0])));
  return [...refused].filter((name) => given[name] !== undefined);
}

/** Every port that a room opens has the number that the process takes. */
function portProblems(room: Room, { ports, env = [] }: { ports: Port[]; env?: Variable[] }): string[] {
  const listens = new Map(
    describeSettings(room.settings)
      .filter(({ name }) => name.endsWith('_PORT'))
      .map((row) => [row.name, Number(valueOf(env, row.name) ?? row.default)]),
  );
  const wrong = ports.filter(({ name, containerPort }) => {
    const setting = `${name.toUpperCase().replaceAll('-', '_')}_PORT`;
    return listens.get(setting) !== containerPort;
  });
  const http = ports.some(({ name }) => name === 'http') ? [] : ['it has no port called http'];
  return [
    ...http,
    ...wrong.map(({ name, containerPort }) => `it does not listen on ${name} ${containerPort}`),
  ];
}

function probeProblems(container: Manifest): string[] {
  return ['startupProbe', 'livenessProbe', 'readinessProbe'].flatMap((kind) => {
    const get = container[kind]?.httpGet;
    if (!get) return [`it has no ${kind} over HTTP`];
    const path = PATHS.includes(get.path) ? [] : [`no service answers ${get.path} (${kind})`];
    return get.port === 'http' ? path : [...path, `its ${kind} asks port ${get.port}`];
  });
}

/** The kubelet waits for longer than the process takes to stop. */
function graceProblems(
  room: Room,
  { env, seconds }: { env: readonly Variable[]; seconds: number },
): string[] {
  const setting = describeSettings(room.settings).find(({ name }) => name === 'SHUTDOWN_GRACE_MS');
  const graceSeconds = Number(valueOf(env, 'SHUTDOWN_GRACE_MS') ?? setting?.default) / 1000;
  return seconds >= graceSeconds + MARGIN_SECONDS
    ? []
    : [`it is killed after ${seconds} s, and stops within ${graceSeconds} s`];
}

function valueOf(env: readonly Variable[], name: string): string | undefined {
  return env.find((variable) => variable.name === name)?.value;
}
