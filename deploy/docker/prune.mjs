// `node deploy/docker/prune.mjs APP FOLDER`: what one service needs to run in production, and nothing else. Needs a finished install and build.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../set-up/paths.mjs';

const SCOPE = '@sluice/';
/** Of a room: what is not TypeScript's. Sources, tests and build records stay behind. */
const NOT_SHIPPED = new Set(['src', 'node_modules', 'tsconfig.json', 'project.json', 'README.md']);
const NOT_SHIPPED_FOLDER = /\/dist\/(?:.*\/)?testing(?:\.js$|\/|$)/;
const NOT_SHIPPED_FILE = /\.(?:d\.ts|tsbuildinfo|map)$/;

/**
 * Copies an app's build, the rooms that it imports, and the packages that those name, in the versions that are installed.
 * Gives the names of the rooms and packages. @throws Error for an app that is not there or not built, or a package that is not installed
 */
export function prune(app, folder) {
  if (!existsSync(join(ROOT, 'apps', app, 'dist/main.js')))
    throw new Error(`apps/${app} has no build: run npm run build, then give the name of a service`);
  // The lockfile, and not npm's own record of what it installed: that one may lack packages that are there.
  const installed = readJson('package-lock.json').packages;
  const rooms = roomsOf(`${SCOPE}${app}`, installed);
  const { dependencies } = readJson('package.json');
  const named = Object.keys(dependencies).filter((name) => rooms.some(({ code }) => names(code, name)));
  const packages = closureOf(named, { installed, chosen: dependencies });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { name, path } of rooms) {
    const target = name === `${SCOPE}${app}` ? folder : join(folder, 'node_modules', name);
    copyRoom(join(ROOT, path), target);
  }
  for (const path of packages)
    cpSync(join(ROOT, path), join(folder, path), { recursive: true, filter: ownFiles(path) });
  writeManifest(folder, packages, installed);
  writeBillOfMaterials(app, folder, installed);
  return { rooms: rooms.map(({ name }) => name), packages };
}

function readJson(path) {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
}

/** The app and every room that its code names, transitively. Built code that names a test door is not followed there: it is not shipped. */
function roomsOf(first, installed) {
  const places = new Map();
  for (const [path, { link, resolved }] of Object.entries(installed))
    if (link && path.startsWith(`node_modules/${SCOPE}`))
      places.set(path.slice('node_modules/'.length), resolved);
  const found = new Map();
  const visit = (name) => {
    const path = places.get(name);
    if (!path || found.has(name)) return;
    const code = codeBelow(join(ROOT, path, 'dist'));
    found.set(name, { name, path, code });
    for (const other of places.keys()) if (names(code, other)) visit(other);
  };
  visit(first);
  return [...found.values()];
}

/** Whether code names a package, or builds a name in its scope at run time. */
function names(code, name) {
  const scope = name.startsWith('@') ? name.slice(0, name.indexOf('/') + 1) : undefined;
  return ["'", '"', '`'].some(
    (quote) =>
      code.includes(`${quote}${name}${quote}`) ||
      code.includes(`${quote}${name}/`) ||
      (scope !== undefined && code.includes(`${quote}${scope}\${`)),
  );
}

function codeBelow(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((file) => file.endsWith('.js') && !NOT_SHIPPED_FOLDER.test(`/dist/${file}`))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
}

/**
 * Folders of the named packages and of all that they need, as Node finds them: nearest node_modules first. An optional peer is needed when
 * the root has chosen it: Nest loads its HTTP driver so.
 */
function closureOf(named, { installed, chosen }) {
  const found = new Set();
  const visit = (name, from, required) => {
    const path = placeOf(name, from, installed);
    if (!path && required) throw new Error(`${name} is not installed as the lockfile says: run npm ci`);
    if (!path || found.has(path)) return;
    found.add(path);
    const {
      dependencies = {},
      optionalDependencies = {},
      peerDependencies = {},
      peerDependenciesMeta = {},
    } = installed[path];
    const peers = Object.keys(peerDependencies).filter(
      (peer) => chosen[peer] || !peerDependenciesMeta[peer]?.optional,
    );
    for (const each of Object.keys(dependencies)) visit(each, path, !(each in optionalDependencies));
    for (const each of [...Object.keys(optionalDependencies), ...peers]) visit(each, path, false);
  };
  for (const name of named) visit(name, '', true);
  return [...found].sort();
}

function placeOf(name, from, installed) {
  for (
    let folder = from;
    ;
    folder = folder.includes('/node_modules/') ? folder.slice(0, folder.lastIndexOf('/node_modules/')) : ''
  ) {
    const path = `${folder ? `${folder}/` : ''}node_modules/${name}`;
    if (installed[path] && existsSync(join(ROOT, path))) return path;
    if (folder === '') return undefined;
  }
}

function copyRoom(from, to) {
  for (const entry of readdirSync(from)) {
    if (NOT_SHIPPED.has(entry)) continue;
    const filter = (path) => !NOT_SHIPPED_FILE.test(path) && !NOT_SHIPPED_FOLDER.test(path);
    cpSync(join(from, entry), join(to, entry), { recursive: true, filter });
  }
}

/** Packages nested below one are copied for themselves, or not at all. */
function ownFiles(path) {
  const nested = join(ROOT, path, 'node_modules');
  return (file) => file !== nested;
}

/** So that `npm sbom` and scanners see what is inside. */
function writeManifest(folder, packages, installed) {
  const file = join(folder, 'package.json');
  const top = packages.filter((path) => path.lastIndexOf('node_modules/') === 0);
  const dependencies = Object.fromEntries(
    top.map((path) => [path.slice('node_modules/'.length), installed[path].version]),
  );
  // Without the root's overrides npm calls a version wrong that they chose.
  const { overrides } = readJson('package.json');
  const manifest = { ...JSON.parse(readFileSync(file, 'utf8')), dependencies, overrides };
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

/** CycloneDX of what lies in the folder, by npm from the installed packages alone; and of Node, which an image holds beside them. */
function writeBillOfMaterials(app, folder, installed) {
  const made = execFileSync('npm', ['sbom', '--sbom-format=cyclonedx'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const bill = JSON.parse(made);
  const { version } = installed['node_modules/node'];
  bill.metadata.component.name = `${SCOPE}${app}`;
  bill.components.push({
    ...{ 'bom-ref': `node@${version}`, type: 'platform', name: 'node', version },
    purl: `pkg:generic/node@${version}`,
  });
  writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(bill, null, 2)}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [app, folder] = process.argv.slice(2);
  if (!app || !folder) throw new Error('usage: node deploy/docker/prune.mjs APP FOLDER');
  const { rooms, packages } = prune(app, isAbsolute(folder) ? folder : join(process.cwd(), folder));
  process.stdout.write(`${app}: ${rooms.length} rooms, ${packages.length} packages in ${folder}\n`);
}
