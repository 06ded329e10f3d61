import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStack, type Stack } from '@sluice/stack';
import {
  type Installation,
  type InstallationOptions,
  realDoors,
  startInstallation,
} from '../installation/installation.js';
import { ArchiveReader } from './archive-reader.js';

/** Settings under which what was lost is announced again soon. */
export const IMPATIENT = { ARCHIVAL_ANNOUNCE_MS: '10000', ARCHIVAL_SWEEP_MS: '500', LOG_LEVEL: 'warn' };

/** An installation whose backing services belong to one test file, so that it may kill them. */
export interface FaultWorld {
  readonly stack: Stack;
  readonly installation: Installation;
  readonly archive: ArchiveReader;
  close(): Promise<void>;
}

export async function openFaultWorld(
  options: Pick<InstallationOptions, 'programOf'> = {},
): Promise<FaultWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-faults-'));
  const stack = await startStack({ folder });
  const removeStack = async () => {
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    Object.assign(process.env, stack.env);
    const doors = await realDoors(stack.env);
    const installation = await startInstallation({ doors, settings: IMPATIENT, ...options });
    const archive = await ArchiveReader.open(doors);
    const close = async () => {
      await archive.close();
      await installation.stop();
      await removeStack();
    };
    return { stack, installation, archive, close };
  } catch (error) {
    await removeStack();
    throw error;
  }
}
