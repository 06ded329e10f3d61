import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openKeys, type SecretShelf } from '@sluice/crypto';
import { median } from '../meter.ts';

export interface SealFigure {
  readonly sizeMB: number;
  /** MB/s (10^6 bytes), one after the other, in chunks of 64 KiB. */
  readonly seal: number;
  readonly open: number;
  /** AES-256-GCM of node:crypto on the same chunks: no envelope, no data key. */
  readonly nodeSeal: number;
  readonly nodeOpen: number;
}

const CHUNK_BYTES = 64 * 1024;
const SIZES = [
  { sizeMB: 0.5, times: 100 },
  { sizeMB: 25, times: 4 },
];

/** Seals and opens in memory under the local master key, in turn with node:crypto. */
export async function measureSeal(place: string, rounds: number): Promise<SealFigure[]> {
  const folder = await mkdtemp(join(place, 'keys-'));
  const keys = await openKeys(`local:${folder}`, { shelf: emptyShelf() });
  const figures: SealFigure[] = [];
  for (const size of SIZES) figures.push(await measureSize(keys.staging('t1', 'staging-raw'), size, rounds));
  await keys.close();
  await rm(folder, { recursive: true });
  return figures;
}

type Sealer = ReturnType<Awaited<ReturnType<typeof openKeys>>['staging']>;

async function measureSize(
  sealer: Sealer,
  { sizeMB, times }: (typeof SIZES)[number],
  rounds: number,
): Promise<SealFigure> {
  const plain = chunksOf(randomBytes(sizeMB * 1e6));
  const sealed = await Array.fromAsync(sealer.seal(from(plain)));
  const key = randomBytes(32);
  const { boxed, tag } = nodeSeal(key, plain);
  const jobs = {
    seal: () => drain(sealer.seal(from(plain))),
    open: () => drain(sealer.open(from(sealed))),
    nodeSeal: async () => void nodeSeal(key, plain),
    nodeOpen: async () => nodeOpen(key, boxed, tag),
  };
  const rates = {
    seal: [] as number[],
    open: [] as number[],
    nodeSeal: [] as number[],
    nodeOpen: [] as number[],
  };
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of Object.keys(jobs) as (keyof typeof jobs)[]) {
      const seconds = await timed(times, jobs[name]);
      // The first round warms up.
      if (round > 0) rates[name].push((times * sizeMB) / seconds);
    }
  }
  return {
    sizeMB,
    seal: median(rates.seal),
    open: median(rates.open),
    nodeSeal: median(rates.nodeSeal),
    nodeOpen: median(rates.nodeOpen),
  };
}

async function timed(times: number, work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  for (let time = 0; time < times; time += 1) await work();
  return (performance.now() - began) / 1000;
}

const NONCE = Buffer.alloc(12);

function nodeSeal(key: Buffer, plain: readonly Buffer[]): { boxed: Buffer[]; tag: Buffer } {
  const cipher = createCipheriv('aes-256-gcm', key, NONCE);
  const boxed = plain.map((chunk) => cipher.update(chunk));
  cipher.final();
  return { boxed, tag: cipher.getAuthTag() };
}

function nodeOpen(key: Buffer, boxed: readonly Buffer[], tag: Buffer): void {
  const decipher = createDecipheriv('aes-256-gcm', key, NONCE).setAuthTag(tag);
  for (const chunk of boxed) decipher.update(chunk);
  decipher.final();
}

function chunksOf(bytes: Buffer): Buffer[] {
  const count = Math.ceil(bytes.length / CHUNK_BYTES);
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * CHUNK_BYTES, (at + 1) * CHUNK_BYTES));
}

async function* from(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}

async function drain(stream: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of stream);
}

function emptyShelf(): SecretShelf {
  return {
    putIfAbsent: (_, wrapped) => Promise.resolve(wrapped),
    get: () => Promise.resolve(undefined),
    holdsAny: () => Promise.resolve(false),
  };
}
