import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ArchivalSettings } from '@sluice/archival/config';
import { AdminSettings } from '@sluice/cli/admin/config';
import { KEY_PURPOSES, isSigning } from '@sluice/contracts';
import { EncryptionSettings } from '@sluice/encryption/config';
import { InferenceSettings } from '@sluice/inference/config';
import { IntakeSettings } from '@sluice/intake/config';
import { readPeers } from '@sluice/intake/peers';
import { ScrubbingSettings } from '@sluice/scrubbing/config';
import { readSettings } from '@sluice/service';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const FILE = join(import.meta.dirname, '../../deploy/compose.yaml');
type Schema = Parameters<typeof readSettings<unknown>>[0];
const SCHEMAS: Readonly<Record<string, Schema>> = {
  intake: IntakeSettings,
  scrubbing: ScrubbingSettings,
  encryption: EncryptionSettings,
  archival: ArchivalSettings,
  inference: InferenceSettings,
  'admin-door': AdminSettings,
};
/** Image of each, and what its program is told. */
const APP: Readonly<Record<string, string>> = { 'admin-door': 'cli' };
const COMMAND: Readonly<Record<string, readonly string[]>> = { 'admin-door': ['admin-door'] };
const ROOMS = Object.keys(SCHEMAS);

const Text = z.string().min(1);
const Condition = z.strictObject({ condition: z.enum(['service_started', 'service_healthy']) });
/** As much of the Compose specification as the file uses; an unknown or misspelt key is refused. */
const Service = z.strictObject({
  image: z.string().regex(/^[a-z0-9./-]+(:[\w.-]+)?$/),
  build: z.strictObject({ context: Text, dockerfile: Text, args: z.record(z.string(), Text) }).optional(),
  profiles: z.array(Text).optional(),
  command: z.array(Text).optional(),
  restart: z.literal('unless-stopped'),
  read_only: z.boolean().optional(),
  user: Text.optional(),
  cap_drop: z.array(Text).optional(),
  security_opt: z.array(Text).optional(),
  tmpfs: z.array(Text).optional(),
  stop_grace_period: z
    .string()
    .regex(/^\d+s$/)
    .optional(),
  healthcheck: z
    .strictObject({
      test: z.array(Text).min(2),
      ...{ interval: Text, timeout: Text, start_period: Text },
    })
    .optional(),
  depends_on: z.record(z.string(), Condition).optional(),
  ports: z.array(z.string().regex(/^127\.0\.0\.1:\d+:\d+$/)).optional(),
  volumes: z.array(z.string().regex(/^[^:]+:\/[^:]+(:ro)?$/)).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  entrypoint: z.array(Text).optional(),
});
const Compose = z.strictObject({
  name: z.literal('sluice'),
  services: z.record(z.string(), Service),
  volumes: z.record(z.string(), z.strictObject({})),
});

const GIVEN: Readonly<Record<string, string>> = {
  SLUICE_BUILD_IMAGE: `node:24@sha256:${'a'.repeat(64)}`,
  SLUICE_RUN_IMAGE: `cc:nonroot@sha256:${'b'.repeat(64)}`,
  SLUICE_DATABASE_PASSWORD: 'database-password',
  SLUICE_STORE_SECRET: 'store-secret',
  SLUICE_GRAFANA_PASSWORD: 'grafana-password',
};

/** `${NAME:?why}`, `${NAME:-default}` and `${NAME}` (Compose specification, interpolation). @throws Error for what is not given */
function interpolate(text: string, given: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /\$\{(\w+)(?::([?-])([^}]*))?\}/g,
    (_, name: string, kind?: string, rest?: string) => {
      const value = given[name];
      if (value) return value;
      if (kind === '-') return rest ?? '';
      throw new Error(`${name} is not given`);
    },
  );
}

/** Every text in a parsed file: Compose interpolates values, not the file. */
function filled(value: unknown, given: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return interpolate(value, given);
  if (Array.isArray(value)) return value.map((each) => filled(each, given));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each, given)]));
}

function read(text: string, given = GIVEN): z.infer<typeof Compose> {
  const whole = parse(text, { merge: true }) as Record<string, unknown>;
  const own = Object.fromEntries(Object.entries(whole).filter(([key]) => !key.startsWith('x-')));
  return Compose.parse(filled(own, given));
}

const text = readFileSync(FILE, 'utf8');
const compose = read(text);
const services = Object.entries(compose.services);

describe('deploy/compose.yaml', () => {
  it.each(ROOMS)('%s gets the settings that its code asks for, and no others', (room) => {
    const { environment = {} } = compose.services[room]!;
    const known = Object.keys(SCHEMAS[room]!.shape);
    const ofTheSdk = ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'PGPASSWORD'];
    for (const name of Object.keys(environment))
      expect([...known, ...ofTheSdk], name).toContain(name.replace(/_FILE$/, ''));
    const given = Object.entries(environment).map(([name, value]) =>
      name.endsWith('_FILE') ? [name.replace(/_FILE$/, ''), 'what the file holds'] : [name, value],
    );
    expect(() => readSettings(SCHEMAS[room]!, Object.fromEntries(given))).not.toThrow();
  });

  it.each(ROOMS)('%s runs without privileges, from its own image and bases that must be given', (room) => {
    expect(compose.services[room]).toMatchObject({
      read_only: true,
      user: '65532:65532',
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      image: `sluice/${APP[room] ?? room}`,
      build: {
        args: {
          APP: APP[room] ?? room,
          BUILD_IMAGE: GIVEN['SLUICE_BUILD_IMAGE'],
          RUN_IMAGE: GIVEN['SLUICE_RUN_IMAGE'],
        },
      },
    });
    const { build, command } = compose.services[room]!;
    expect(command).toEqual(COMMAND[room]);
    expect(existsSync(join(dirname(FILE), build!.context, build!.dockerfile))).toBe(true);
  });

  it('knows the sender of the README', () => {
    expect(readPeers(compose.services['intake']!.environment!['PEERS']!)).toHaveLength(1);
  });

  it('gives each room that has a database its own role', () => {
    const roles = ROOMS.flatMap((room) => {
      const url = compose.services[room]!.environment?.['DATABASE_URL'];
      return url ? [[room, new URL(url).username]] : [];
    });
    expect(roles).toEqual(
      ROOMS.filter((room) => room !== 'intake').map((room) => [room, `sluice_${room.replace('-', '_')}`]),
    );
    const passwords = readFileSync(join(dirname(FILE), 'compose/passwords.sql'), 'utf8');
    for (const [, role] of roles) expect(passwords).toContain(`alter role ${role} password`);
  });

  it('takes a password of any letters: it stands in no URL', () => {
    const password = `p@ss/w:rd#%?&'"\\ ü`;
    const { services: given } = read(text, { ...GIVEN, SLUICE_DATABASE_PASSWORD: password });
    for (const room of ROOMS.filter((each) => each !== 'intake')) {
      const { DATABASE_URL = '', PGPASSWORD } = given[room]!.environment!;
      expect(new URL(DATABASE_URL)).toMatchObject({ host: 'postgres:5432', password: '' });
      expect(PGPASSWORD).toBe(password);
    }
    expect(given['postgres']!.environment).toMatchObject({
      POSTGRES_PASSWORD: password,
      SLUICE_DATABASE_PASSWORD: password,
    });
  });

  it('has a key for every purpose', () => {
    const wanted = KEY_PURPOSES.map((purpose) => (isSigning(purpose) ? `${purpose}:ECC_NIST_P256` : purpose));
    expect(compose.services['kms']!.environment!['KMS_KEYS']!.split(',')).toEqual(wanted);
  });

  it('names what it waits for, its volumes, and files that are there', () => {
    for (const [name, service] of services) {
      for (const other of Object.keys(service.depends_on ?? {}))
        expect(compose.services, name).toHaveProperty(other);
      for (const [other, { condition }] of Object.entries(service.depends_on ?? {}))
        if (condition === 'service_healthy')
          expect(compose.services[other]!.healthcheck, other).toBeDefined();
      for (const volume of service.volumes ?? []) {
        const [from = ''] = volume.split(':');
        if (from.startsWith('.')) expect(existsSync(join(dirname(FILE), from)), from).toBe(true);
        else if (!from.startsWith('/')) expect(compose.volumes).toHaveProperty(from);
      }
    }
  });

  it('is scraped as a whole, and says the same servers as the tests', () => {
    const scraped = readFileSync(join(dirname(FILE), 'compose/prometheus.yaml'), 'utf8');
    // What starts only where it is asked for would be missing elsewhere.
    const always = ROOMS.filter((room) => !compose.services[room]!.profiles);
    for (const room of always) expect(scraped).toContain(`${room}:8080`);
    const tested = readFileSync(join(dirname(FILE), 'local/src/containers/images.ts'), 'utf8');
    for (const name of ['kafka', 's3', 'kms', 'postgres'])
      expect(tested).toContain(`name: '${compose.services[name]!.image}'`);
  });

  it.each(Object.keys(GIVEN))('does not start without %s', (name) => {
    const { [name]: _left, ...rest } = GIVEN;
    expect(() => read(text, rest)).toThrow(`${name} is not given`);
  });

  it.each([
    ['read_only: true', 'read_onyl: true'],
    ['condition: service_healthy', 'condition: healthy'],
    ["'127.0.0.1:9090:9090'", "'9090:9090'"],
  ])('a planted mistake is refused: %s -> %s', (right, wrong) => {
    expect(() => read(text.replace(right, wrong))).toThrow();
  });

  it('is what docker compose reads, where it is installed', async ({ skip }) => {
    const docker = promisify(execFile);
    const there = await docker('docker', ['compose', 'version']).then(
      () => true,
      () => false,
    );
    if (!there) skip('docker compose is not installed: the file was read by our own schema above');
    const { stdout } = await docker(
      'docker',
      ['compose', '-f', FILE, '--profile', 'admin', 'config', '--format', 'json'],
      {
        env: { ...process.env, ...GIVEN },
      },
    );
    expect(Object.keys((JSON.parse(stdout) as { services: object }).services).sort()).toEqual(
      services.map(([name]) => name).sort(),
    );
  });
});
