import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../deploy/set-up/paths.mjs';

/** Their tests kill servers, fill disks or load the machine: one file at a time, after the others. */
const ALONE = [
  'deploy/local',
  'test/system',
  'test/faults',
  'test/hostile',
  'test/images',
  'test/chart',
  'test/iam',
  'test/watching',
  'test/backup',
];

/** Areas of test/ that are always known, whether or not they have tests yet. */
const PLANNED = ['pipeline', 'system', 'faults', 'hostile', 'chart', 'watching'];

const ROOMS = [...folders('libs'), ...folders('apps')];

/** Folder by area. */
const FOLDERS = Object.fromEntries([
  ...[...PLANNED, ...folders('test').map(lastPart)].map((name) => [name, `test/${name}`]),
  ...ROOMS.map((folder) => [lastPart(folder), folder]),
  ['stack', 'deploy/local'],
]);

/** Every name that `npm test -- AREA` takes. */
export const AREAS = Object.keys(FOLDERS);

/** Nx projects that must be built before the area's tests: a door's tests run from source and need the stack alone. Undefined means all. */
export function projectsOf(area) {
  const folder = FOLDERS[area];
  if (
    folder?.startsWith('libs/') ||
    area === 'stack' ||
    area === 'samples' ||
    area === 'runner' ||
    area === 'trainer' ||
    area === 'chart' ||
    area === 'capacity'
  )
    return ['stack'];
  return folder?.startsWith('apps/') && existsSync(join(ROOT, folder, 'project.json'))
    ? ['stack', area]
    : undefined;
}

/** The area's test files, or all: those that may run side by side, those that must run alone, and the trainer's in Python. */
export function testFiles(area) {
  const roots = area ? [FOLDERS[area]] : [...ROOMS, 'deploy/local', 'test'];
  const files = roots.flatMap((root) => filesBelow(root, (name) => name.endsWith('.spec.ts'))).sort();
  const python = roots.flatMap((root) => filesBelow(root, (name) => /^test_.*\.py$/.test(name))).sort();
  const mustBeAlone = (file) => ALONE.some((folder) => file.startsWith(`${folder}/`));
  return { together: files.filter((file) => !mustBeAlone(file)), alone: files.filter(mustBeAlone), python };
}

function filesBelow(folder, isTest) {
  return entries(folder).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory())
      return ['node_modules', 'dist'].includes(entry.name) ? [] : filesBelow(path, isTest);
    return isTest(entry.name) ? [path] : [];
  });
}

function folders(folder) {
  return entries(folder)
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${folder}/${entry.name}`);
}

function entries(folder) {
  return existsSync(join(ROOT, folder)) ? readdirSync(join(ROOT, folder), { withFileTypes: true }) : [];
}

function lastPart(path) {
  return path.split('/').at(-1);
}
