import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCertificates } from './certificates.js';
import { freePort } from './free-port.js';
import { ServiceProcess } from './service-process.js';
import { sluice, type CommandResult } from './sluice-command.js';

/** Who may ask the door what. */
export interface Person {
  readonly name: string;
  readonly may: readonly string[];
}

/** A running admin door, and people elsewhere. */
export interface AdminDoor {
  readonly process: ServiceProcess;
  readonly port: number;
  /** File of the authority that signed its certificate. */
  readonly ca: string;
  readonly tokens: ReadonlyMap<string, string>;
  /** The folder that people's commands run in. */
  readonly elsewhere: string;
  /** As a person types it: an address, a token, and no door of the installation. Somebody unknown has a token, too. */
  ask(name: string, words: readonly string[], port?: number): Promise<CommandResult>;
}

/** Starts a door as a process of its own with its files in `folder`, and waits until it is ready. */
export async function startAdminDoor(options: {
  readonly folder: string;
  readonly doors: Readonly<Record<string, string>>;
  readonly people: readonly Person[];
  readonly program?: URL;
  readonly settings?: Readonly<Record<string, string>>;
}): Promise<AdminDoor> {
  const { folder, doors, people, program, settings } = options;
  const at = (name: string) => join(folder, name);
  await mkdir(at('elsewhere'), { recursive: true });
  const { ca, server } = await makeCertificates(folder);
  const tokens = new Map<string, string>();
  const entries: unknown[] = [];
  for (const { name, may } of people) {
    const words = ['admin-token', name, ...may.flatMap((command) => ['--may', command]), '--json'];
    const [made] = (await sluice(words, { folder })).values;
    tokens.set(name, String(made?.['token']));
    entries.push(made?.['entry']);
  }
  await writeFile(at('people.json'), JSON.stringify(entries), { mode: 0o600 });
  const port = await freePort();
  const process = new ServiceProcess('cli', {
    httpPort: await freePort(),
    logFile: at('admin-door.log'),
    words: ['admin-door'],
    program,
    environment: {
      ...doors,
      ADMIN_PEOPLE_FILE: at('people.json'),
      ADMIN_TLS_CERT_FILE: server.cert,
      ADMIN_TLS_KEY_FILE: server.key,
      ADMIN_HOST: '127.0.0.1',
      ADMIN_PORT: String(port),
      ...settings,
    },
  });
  process.spawn();
  await process.ready(60_000);
  const ask: AdminDoor['ask'] = (name, words, to = port) =>
    sluice([...words, '--json'], {
      folder: at('elsewhere'),
      environment: {
        ADMIN_URL: `https://127.0.0.1:${to}`,
        ADMIN_TOKEN: tokens.get(name) ?? 'x'.repeat(43),
        ADMIN_CA_FILE: ca,
      },
    });
  return { process, port, ca, tokens, elsewhere: at('elsewhere'), ask };
}
