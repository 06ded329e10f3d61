import { readdirSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';
import { answerOf, type Answer } from './kubectl.ts';
import { KUBERNETES_VERSION } from './programs.ts';

/** The chart's folder. */
export const CHART = fileURLToPath(new URL('../../../helm/sluice', import.meta.url));
/** The release that tests install: not the chart's own name, so that a name without the release is seen. */
export const RELEASE = 'clinic';
export const NAMESPACE = 'imaging';

/** A Kubernetes object as the chart writes it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  // Each kind has its own fields; whoever reads them says which.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly [field: string]: any;
}

/** Names of the chart's profiles: `profiles/NAME.yaml`. */
export const PROFILES: readonly string[] = readdirSync(join(CHART, 'profiles'))
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => basename(file, '.yaml'));

/** Helm on the chart: its command, a profile, values that come on top (`a.b=c`). */
export interface HelmOptions {
  readonly helm: string;
  readonly profile: string;
  readonly set?: readonly string[];
}

export function helmLint({ helm, profile, set }: HelmOptions): Promise<Answer> {
  return withHome(helm, ['lint', '--strict', CHART, ...values(profile, set)]);
}

/** What `helm template` says. */
export function helmTemplate({ helm, profile, set }: HelmOptions): Promise<Answer> {
  const command = ['template', RELEASE, CHART, '--namespace', NAMESPACE];
  return withHome(helm, [...command, ...values(profile, set)]);
}

/** The objects of a profile. Throws with Helm's words when it refuses. */
export async function manifestsOf(options: HelmOptions): Promise<Manifest[]> {
  const { status, output, errors } = await helmTemplate(options);
  if (status !== 0) throw new Error(`helm template refuses ${options.profile}: ${errors}`);
  return parseAllDocuments(output)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
}

/** What `helm install` would say after it. */
export async function notesOf({ helm, profile, set }: HelmOptions): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-notes-'));
  try {
    await cp(CHART, folder, { recursive: true });
    const templates = join(folder, 'templates');
    const text = await readFile(join(templates, 'NOTES.txt'), 'utf8');
    // Helm templates all but the notes: so they become a template.
    await writeFile(join(templates, '_notes.tpl'), `{{- define "notes" -}}${text}{{- end -}}`);
    await writeFile(join(templates, 'notes.yaml'), 'text: {{ include "notes" . | toJson }}');
    const command = [
      'template',
      RELEASE,
      folder,
      '--namespace',
      NAMESPACE,
      '--show-only',
      'templates/notes.yaml',
    ];
    const { status, output, errors } = await withHome(helm, [...command, ...values(profile, set)]);
    if (status !== 0) throw new Error(`helm template refuses the notes of ${profile}: ${errors}`);
    return (parse(output) as { text: string }).text;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function values(profile: string, set: readonly string[] = []): string[] {
  const file = join(CHART, 'profiles', `${profile}.yaml`);
  return ['--kube-version', KUBERNETES_VERSION, '-f', file, ...set.flatMap((each) => ['--set', each])];
}

/** Helm without the settings and plugins of whoever runs it. */
async function withHome(helm: string, args: readonly string[]): Promise<Answer> {
  const home = await mkdtemp(join(tmpdir(), 'sluice-helm-'));
  try {
    return await answerOf(['env', `HOME=${home}`, helm, ...args]);
  } finally {
    await rm(home, { recursive: true });
  }
}
