import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BusWorld } from './bus-world.js';

/** A corridor in a fresh folder. */
export async function embeddedWorld(): Promise<BusWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bus-'));
  return { url: `embedded:${folder}`, close: () => rm(folder, { recursive: true }) };
}
