import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { freePort } from '../installation/free-port.js';
import { heldLine } from '../installation/held-line.js';
import { LOCAL_PEER, realDoors, SERVICES, startInstallation } from '../installation/installation.js';
import { ServiceProcess } from '../installation/service-process.js';
import { ArchiveReader } from './archive-reader.js';
import { IMPATIENT } from './fault-world.js';
import { pushLikeAModality, smallStudies } from './push-like-a-modality.js';

const skip = process.env['SLUICE_TEST_UNIT'] === '1';
const NOTHING_WRONG = { lost: [], doubled: [], differing: [], unindexed: [], leftOver: [] };
const MIB = 1024 * 1024;

describe('a store in trouble', () => {
  it.skipIf(skip)(
    'an-s3-server-that-stalls-for-eight-seconds-makes-senders-wait-and-loses-nothing',
    async () => {
      const doors = await realDoors();
      const url = new URL(doors['STORE_URL']!);
      const line = await heldLine(Number(new URL(url.searchParams.get('endpoint')!).port));
      url.searchParams.set('endpoint', `http://127.0.0.1:${line.port}`);
      const installation = await startInstallation({
        doors: { ...doors, STORE_URL: url.href },
        settings: IMPATIENT,
      });
      const archive = await ArchiveReader.open(doors);
      try {
        const pids = SERVICES.map((name) => installation.services[name].pid);
        let stalled: Promise<void> | undefined;
        const stall = async () => {
          line.hold();
          await sleep(8_000);
          line.resume();
        };
        const sent = smallStudies(91, 200);
        const push = await pushLikeAModality(installation.dimsePort, sent, {
          onSuccess: (count) => void (count >= 60 && (stalled ??= stall())),
        });
        await stalled;
        expect(push.acknowledged.size, JSON.stringify(push.refusals)).toBe(200);
        const quiet = await archive.quiet(200);
        const reckoning = await archive.reckon(sent, 0);
        expect(reckoning, quiet).toEqual({ archived: 200, ...NOTHING_WRONG });
        await Promise.all(SERVICES.map((name) => installation.services[name].ready()));
        expect(SERVICES.map((name) => installation.services[name].pid)).toEqual(pids);
      } finally {
        await archive.close();
        await installation.stop();
        line.close();
      }
    },
    240_000,
  );

  it('a-full-disk-refuses-the-sender-and-takes-everything-once-there-is-room', async ({ skip: leave }) => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-full-'));
    const disk = join(folder, 'disk');
    await mkdir(disk);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk]).status === 0;
    if (!mounted) {
      await rm(folder, { recursive: true });
      leave('a small disk cannot be mounted here (root may)');
    }
    const dimsePort = await freePort();
    const environment = standaloneOn(folder, dimsePort);
    const standalone = new ServiceProcess('standalone', {
      httpPort: await freePort(),
      logFile: join(folder, 'log'),
      environment,
    });
    try {
      standalone.spawn();
      await standalone.ready(60_000);
      await fillUp(join(disk, 'ballast'));
      const sent = smallStudies(92, 100);
      const making = sleep(4_000).then(() => rm(join(disk, 'ballast')));
      const push = await pushLikeAModality(dimsePort, sent);
      await making;
      expect(push.acknowledged.size, JSON.stringify(push.refusals)).toBe(100);
      // What is under way is refused by status, who comes anew by rejection.
      const refused = Object.keys(push.refusals).filter((what) => what !== 'DICOM_ASSOCIATION_REJECTED');
      expect(refused.length).toBeGreaterThan(0);
      expect(refused.filter((what) => !what.startsWith('a7'))).toEqual([]);
      expect(standalone.running).toBe(true);
      await standalone.ready();
      const archive = await ArchiveReader.open(environment);
      const quiet = await archive.quiet(100);
      expect(await archive.reckon(sent, 0), quiet).toEqual({ archived: 100, ...NOTHING_WRONG });
      await archive.close();
      expect(await standalone.end('SIGTERM')).toBe(0);
    } finally {
      await standalone.end('SIGKILL');
      spawnSync('umount', [disk]);
      await rm(folder, { recursive: true, force: true });
    }
  }, 240_000);
});

/** Leaves room for a few instances only. */
async function fillUp(file: string): Promise<void> {
  await writeFile(file, Buffer.alloc(32 * MIB)).catch(() => undefined);
  await truncate(file, (await stat(file)).size - MIB / 4);
}

/** Everything embedded; only the store lies on the small disk. The watermark lets bytes come until the disk itself refuses. */
function standaloneOn(folder: string, dimsePort: number): Record<string, string> {
  return {
    ...IMPATIENT,
    BUS_URL: `embedded:${join(folder, 'bus')}`,
    STORE_URL: `file:${join(folder, 'disk', 'store')}`,
    KEYS_URL: `local:${join(folder, 'keys')}`,
    DATABASE_URL: `sqlite:${join(folder, 'sluice.db')}`,
    PEERS: JSON.stringify([LOCAL_PEER]),
    DIMSE_PORT: String(dimsePort),
    DIMSE_HOST: '127.0.0.1',
    INTAKE_WATERMARK: '1',
    ARCHIVAL_QUIET_MS: '1000',
  };
}
