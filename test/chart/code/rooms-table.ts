import { READERS } from '@sluice/archival/sweep/downstream';
import {
  ANALYTICS_TYPES,
  CORRIDOR_RETENTION_DAYS,
  isAnalyticsType,
  TOPICS,
  type Topic,
} from '@sluice/contracts';
import { describeSettings } from '@sluice/service';
import { type Room, ROOMS } from './rooms.js';
import { sourcesOf, type Way, waysOf } from './ways-out.js';

/** One room as the chart knows it. */
export interface RoomRow {
  /** Its image, and the words that the image's program is given, where the room is a part of an app. */
  readonly part?: Room['part'];
  /** Names of its settings: what may stand in its environment. */
  readonly settings: readonly string[];
  /** Ports that it listens on, by their setting. */
  readonly ports: Readonly<Record<string, number>>;
  readonly reaches: readonly Way[];
  /** Its consumer group, when it listens to the corridor. */
  readonly group?: string;
  readonly hears: readonly string[];
  readonly says: readonly string[];
  /** Analytics topics that it writes, without `deid.<tenant>.`. */
  readonly tells: readonly string[];
  /** It makes sure that the analytics topics of its tenants are there. */
  readonly makesAnalytics: boolean;
  /** Groups whose lag and dead letters it looks at. */
  readonly watches: readonly string[];
  /** Groups whose dead letters it lists, and puts back or discards. */
  readonly settles?: readonly string[];
  readonly longestWork: Room['longestWork'] & { readonly value?: number };
}

/** What the chart takes from the code (`helm/sluice/files/rooms.json`). */
export interface RoomsTable {
  readonly rooms: Readonly<Record<string, RoomRow>>;
  readonly topics: readonly string[];
  readonly analytics: readonly string[];
  readonly retentionDays: number;
}

const topics: readonly Topic[] = TOPICS;

/** Reads the table out of the code. */
export async function roomsTable(): Promise<RoomsTable> {
  const rows = Object.entries(ROOMS).map(async ([name, room]) => [name, await rowOf(name, room)] as const);
  return {
    rooms: Object.fromEntries(await Promise.all(rows)),
    topics: topics.map(({ name }) => name),
    analytics: ANALYTICS_TYPES.map((type) => type.slice('deid.'.length)),
    retentionDays: CORRIDOR_RETENTION_DAYS,
  };
}

async function rowOf(name: string, room: Room): Promise<RoomRow> {
  const settings = describeSettings(room.settings);
  const valueOf = (setting: string) => Number(settings.find((row) => row.name === setting)?.default);
  const { setting } = room.longestWork;
  const text = [...(await sourcesOf(name, room.part)).values()].join('\n');
  return {
    ...(room.part && { part: room.part }),
    settings: settings.map((row) => row.name),
    ports: Object.fromEntries(
      settings.filter((row) => row.name.endsWith('_PORT')).map((row) => [row.name, valueOf(row.name)]),
    ),
    reaches: await waysOf(name, room.part),
    ...(room.stage && { group: room.stage.name }),
    hears: room.stage?.topics ?? [],
    says: saidBy(name, room),
    tells: (room.stage?.produces ?? []).filter(isAnalyticsType).map((type) => type.slice('deid.'.length)),
    makesAnalytics: /ensureTopics\(\{[^}]*tenants: \[(?!\])/.test(text),
    watches: watchedBy(name, text),
    ...(room.settles && { settles: room.settles }),
    longestWork: { ...room.longestWork, ...(setting && { value: valueOf(setting) }) },
  };
}

function saidBy(name: string, { stage, part }: Room): string[] {
  const speaker = part?.app ?? name;
  const types = stage?.produces ?? topics.filter(({ from }) => from === speaker).map(({ type }) => type);
  return topics.filter(({ type }) => types.includes(type)).map((topic) => topic.name);
}

/** Dead letters are listed by a group's literal name, or by archival's table of readers. */
function watchedBy(name: string, text: string): string[] {
  const literal = [...text.matchAll(/\b(?:deadLetters\.list|bus\.lag)\('(\w+)'\)/g)].map(
    (match) => match[1] ?? '',
  );
  return [...new Set([...literal, ...(name === 'archival' ? Object.keys(READERS) : [])])].sort();
}
