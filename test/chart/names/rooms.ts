import { readFileSync } from 'node:fs';
import { deadLetterTopic, retryTopic, TOPICS } from '@sluice/contracts';
import { ROOMS } from '../code/rooms.js';

/** Topics that a group hears, its own retry topic among them. A room that hears nothing has none. */
export function topicsHeardBy(room: string): string[] {
  const heard = TOPICS.filter(({ to }) => (to as readonly string[]).includes(room)).map(({ name }) => name);
  return heard.length > 0 ? [...heard, retryTopic(room)] : [];
}

/** Rooms that are a consumer group: the group has the room's name. */
export const GROUPS: readonly string[] = Object.keys(ROOMS).filter((room) => topicsHeardBy(room).length > 0);

/** Every topic of the corridor. */
export const CORRIDOR: readonly string[] = [
  ...TOPICS.map(({ name }) => name),
  ...GROUPS.flatMap((group) => [retryTopic(group), deadLetterTopic(group)]),
];

/** Paths that Kubernetes may ask of every service, read out of the controllers. */
export const PATHS: readonly string[] = ['health', 'metrics'].flatMap((name) => {
  const file = new URL(`../../../libs/service/src/nest/${name}.controller.ts`, import.meta.url);
  const text = readFileSync(file, 'utf8');
  const [, base = ''] = /@Controller\('([^']*)'\)/.exec(text) ?? [];
  return [...text.matchAll(/@Get\((?:'([^']*)')?\)/g)].map(([, path]) => `/${base}${path ? `/${path}` : ''}`);
});
