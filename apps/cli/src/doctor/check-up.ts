import { access } from 'node:fs/promises';
import { ARCHIVAL_MIGRATIONS } from '@sluice/archival/rows/tables';
import { auditMigrations } from '@sluice/audit';
import { checkBus, handMigrations } from '@sluice/bus';
import { type Finding, examine } from '@sluice/contracts';
import { checkKeys, SECRET_MIGRATIONS } from '@sluice/crypto';
import { checkDatabase, type RoomMigrations } from '@sluice/database';
import { INFERENCE_MIGRATIONS } from '@sluice/inference/rows/tables';
import { readPeers } from '@sluice/intake/peers';
import { SCRUBBING_MIGRATIONS } from '@sluice/scrubbing/ledger/tables';
import { busOptions } from '@sluice/service';
import { checkStore, type StoreWishes } from '@sluice/store';
import { checkPeers } from './check-peers.js';
import { checkServices } from './check-services.js';
import { checkSettings } from './check-settings.js';
import type { DoctorSettings } from './settings.js';

/** What is asked of a check-up beside the settings. */
export interface CheckUp extends StoreWishes {
  /** `AE@host:port` of whom to ask by C-ECHO beside the peers that say where they listen. */
  readonly echo: readonly string[];
  /** Who we say we are to them. */
  readonly callingAE: string;
  /** URLs of services' HTTP ports. */
  readonly services: readonly string[];
}

/** A finding and where it belongs. */
export interface Row extends Finding {
  readonly at: string;
}

const GROUPS = ['scrubbing', 'encryption', 'archival'];

const NO_PEERS: Finding = {
  check: 'peer table',
  state: 'note',
  found: "no peer table: tenants' topics not looked at",
  fix: 'Give PEERS, as intake has it; an admin door has none: run doctor beside intake.',
};

/** Checks a running installation by its settings; leaves nothing behind that may be removed. Rows in the order of the table. */
export async function checkUp(settings: DoctorSettings, asked: CheckUp): Promise<readonly Row[]> {
  const peers = settings.PEERS ? readPeers(settings.PEERS) : [];
  const awaitsInference = settings.ARCHIVAL_AWAITS_INFERENCE;
  const topics = {
    groups: awaitsInference ? [...GROUPS, 'inference'] : GROUPS,
    tenants: [...new Set(peers.map(({ tenant }) => tenant))],
  };
  const doors = [
    area('settings', () => checkSettings(settings)),
    area('bus', () => there(settings.BUS_URL, (url) => checkBus(url, busOptions('cli', settings), topics))),
    area('store', () => there(settings.STORE_URL, (url) => checkStore(url, asked))),
    area('keys', () => there(settings.KEYS_URL, (url) => checkKeys(url))),
    area('database', () =>
      there(settings.DATABASE_URL, (url) => checkDatabase(url, migrationsOf(url, awaitsInference))),
    ),
    area('peers', async () => [
      ...(settings.PEERS ? [] : [NO_PEERS]),
      ...(await checkPeers(peers, asked.echo, asked.callingAE)),
    ]),
    area('services', () => checkServices(asked.services)),
  ];
  return (await Promise.all(doors)).flat();
}

/** A door that cannot even be opened is a row too. */
async function area(at: string, check: () => Promise<readonly Finding[]>): Promise<readonly Row[]> {
  const findings: Finding[] = [];
  const whole = await examine('opened', '', async () => {
    findings.push(...(await check()));
    return '';
  });
  return (whole.state === 'ok' ? findings : [whole]).map((finding) => ({ at, ...finding }));
}

/** Opening an embedded door would make it: a check-up makes nothing. */
async function there(
  url: string,
  check: (url: string) => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  const path = /^(?:embedded|file|local|sqlite):(?<path>.+)$/s.exec(url)?.groups?.['path'];
  if (path === undefined) return check(url);
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (isThere) return check(url);
  const fix = 'Start the installation once, run this in its folder, or give its settings.';
  return [{ check: 'reachable', state: 'bad', found: 'nothing is there', fix }];
}

function migrationsOf(url: string, awaitsInference: boolean): readonly RoomMigrations[] {
  const dialect = url.startsWith('sqlite:') ? 'sqlite' : 'postgres';
  const optional = !awaitsInference;
  return [
    { room: 'scrubbing', migrations: SCRUBBING_MIGRATIONS, owner: 'scrubbing' },
    { room: 'archival', migrations: ARCHIVAL_MIGRATIONS, owner: 'archival' },
    { room: 'inference', migrations: INFERENCE_MIGRATIONS, owner: 'inference', optional },
    { room: 'audit', migrations: auditMigrations(dialect), owner: 'archival' },
    { room: 'crypto', migrations: SECRET_MIGRATIONS },
    ...GROUPS.map((owner) => ({ ...handMigrations(owner), owner })),
    { ...handMigrations('inference'), owner: 'inference', optional },
  ];
}
