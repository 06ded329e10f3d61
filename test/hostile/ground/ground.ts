import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { echo, sendInstances, type InstanceToSend, type PeerAddress, type SendResult } from '@sluice/dicom';
import { phantomStudy } from '@sluice/samples';
import { LOCAL_PEER } from '../../installation/installation.js';
import { startStandalone, type Standalone } from '../../installation/standalone.js';
import { CT_IMAGE, EXPLICIT_LE } from './pdus.js';
import { ProcessWatch } from './process-watch.js';

/** The process under attack, and a well-behaved sender beside it. */
export interface Ground {
  readonly under: Standalone;
  readonly httpPort: number;
  /** What the process takes for the system's folder of temporary files. */
  readonly temporary: string;
  readonly watch: ProcessWatch;
  /** C-STORE by our own sender, each on an association of its own. */
  send(instances: readonly InstanceToSend[]): Promise<SendResult[]>;
  /** What a good sender gets now: an echo and a new CT of `pixels` x `pixels`; throws when it is not served. */
  expectServing(pixels?: number): Promise<void>;
  /** How many received instances there are, and how many of them are not settled. */
  received(): { all: number; unsettled: number };
  /** Waits until everything that got success is archived, or quarantined and archived raw. */
  settled(withinMs?: number): Promise<void>;
  close(): Promise<number | null>;
}

/** Starts `standalone` on embedded doors and watches it. */
export async function openGround(): Promise<Ground> {
  const temporary = await mkdtemp(join(tmpdir(), 'sluice-hostile-'));
  const under = await startStandalone({
    TMPDIR: temporary,
    PEERS: JSON.stringify([LOCAL_PEER]),
    ARCHIVAL_QUIET_MS: '1000',
    ARCHIVAL_SWEEP_MS: '500',
  });
  const { httpPort, pid } = under.process;
  const watch = new ProcessWatch({ httpPort, pid });
  watch.start();
  const send = (instances: readonly InstanceToSend[]) => sendAll(under.dimsePort, instances);
  const received = () => countReceived(join(under.folder, 'sluice.db'));
  return {
    under,
    httpPort,
    temporary,
    watch,
    send,
    received,
    expectServing: async (pixels = 64) => {
      const status = await echo(peer(under.dimsePort));
      const [result] = await send([goodInstance(pixels)]);
      if (status !== 0 || result?.outcome !== 'stored' || result.status !== 0)
        throw new Error(`a good sender is not served: echo ${status}, store ${JSON.stringify(result)}`);
    },
    settled: (withinMs = 60_000) => settle(received, withinMs),
    close: async () => {
      await watch.stop();
      const code = await under.process.end('SIGTERM');
      await under.stop();
      await rm(temporary, { recursive: true, force: true });
      return code;
    },
  };
}

/** A new made-up CT, nobody's. */
export function goodInstance(pixels = 64): InstanceToSend {
  const seed = randomBytes(4).readUInt32LE();
  const [made] = phantomStudy({ seed, modality: 'CT', instances: 1, rows: pixels, columns: pixels });
  return instanceOf(made!.dataSet, made);
}

/** Any bytes as an instance to send; a CT of a new UID in explicit little endian unless told otherwise. */
export function instanceOf(
  dataSet: Buffer,
  named: { sopClassUID?: string; sopInstanceUID?: string; transferSyntaxUID?: string } = {},
): InstanceToSend {
  const { sopClassUID = CT_IMAGE, sopInstanceUID = newUid(), transferSyntaxUID = EXPLICIT_LE } = named;
  return { sopClassUID, sopInstanceUID, transferSyntaxUID, dataSet: () => pieces(dataSet) };
}

export function newUid(): string {
  return `2.25.${BigInt(`0x${randomBytes(15).toString('hex')}`)}`;
}

export function peer(port: number): PeerAddress {
  return { host: '127.0.0.1', port, callingAE: 'LOCAL', calledAE: 'SLUICE', timeoutMs: 60_000 };
}

async function sendAll(port: number, instances: readonly InstanceToSend[]): Promise<SendResult[]> {
  const results: SendResult[] = [];
  for (const instance of instances)
    await sendInstances(peer(port), [instance], (_instance, result) => void results.push(result));
  return results;
}

async function* pieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_536)
    yield await Promise.resolve(bytes.subarray(at, at + 65_536));
}

function countReceived(file: string): { all: number; unsettled: number } {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  try {
    const row = database
      .prepare('select count(*) as "all", count(*) - count(settled_at) as unsettled from archival_received')
      .get();
    return { all: Number(row?.['all']), unsettled: Number(row?.['unsettled']) };
  } finally {
    database.close();
  }
}

async function settle(received: () => { all: number; unsettled: number }, withinMs: number): Promise<void> {
  const until = Date.now() + withinMs;
  let quiet = 0;
  for (let before = -1; quiet < 4;) {
    const { all, unsettled } = received();
    if (Date.now() > until) throw new Error(`${unsettled} of ${all} instances are not settled`);
    quiet = unsettled === 0 && all === before ? quiet + 1 : 0;
    before = all;
    await sleep(250);
  }
}
