import { createHash } from 'node:crypto';
import dcmjs from 'dcmjs';
import { rewritePart10, type ElementAction, type ElementView, type RewritePlan } from '@sluice/dicom';
import { phantomStudy, type PhantomInstance } from '@sluice/samples';
import { median } from '../meter.ts';

export interface HeaderRewriteFigure {
  /** Processor milliseconds per 0.5 MB CT instance. */
  readonly ours: number;
  readonly dcmjs: number;
  readonly iterations: number;
}

/** Basic-profile-like edits, the same on both sides; every private element goes too. */
const UIDS = [0x00020003, 0x00080018, 0x0020000d, 0x0020000e, 0x00200052, 0x00081155];
const REPLACED = new Map([
  [0x00100010, 'PSEUDONYM'],
  [0x00100020, 'PSEUDONYM'],
]);
const EMPTIED = [0x00080020, 0x00080030, 0x00080050, 0x00080090, 0x00100030, 0x00100040];
const REMOVED = [0x00080080, 0x00081030, 0x00101040, 0x00104000];
const CHUNK_BYTES = 256 * 1024;
const BLOCK = 50;

/** Rewrites one generated CT instance again and again, in turns of 50, our way and by dcmjs' parse, modify and write. */
export async function measureHeaderRewrite(blocks: number): Promise<HeaderRewriteFigure> {
  const { part10 } = phantomStudy({ seed: 1, modality: 'CT', instances: 1, rows: 512, columns: 512 }).next()
    .value as PhantomInstance;
  dcmjs.log.setLevel('silent');
  compare(
    Buffer.concat(await Array.fromAsync(rewritePart10(chunksOf(part10), ourPlan()))),
    Buffer.from(dcmjsRewrite(part10)),
  );
  const costs = { ours: [] as number[], dcmjs: [] as number[] };
  for (let block = 0; block <= blocks; block += 1) {
    const ours = await cpuOf(async () => {
      for await (const _ of rewritePart10(chunksOf(part10), ourPlan()));
    });
    const theirs = await cpuOf(async () => void dcmjsRewrite(part10));
    // The first block warms up.
    if (block === 0) continue;
    costs.ours.push(ours);
    costs.dcmjs.push(theirs);
  }
  return { ours: median(costs.ours), dcmjs: median(costs.dcmjs), iterations: blocks * BLOCK };
}

/** Processor milliseconds of one turn of the work, over 50 turns. */
export async function cpuOf(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  for (let time = 0; time < BLOCK; time += 1) await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / BLOCK;
}

function ourPlan(): RewritePlan {
  return { decide: (element) => decide(element) };
}

function decide({ tag, value }: ElementView): ElementAction {
  if ((tag >>> 16) % 2 === 1 || REMOVED.includes(tag)) return { do: 'remove' };
  if (EMPTIED.includes(tag)) return { do: 'empty' };
  const text = REPLACED.get(tag);
  if (text !== undefined) return { do: 'replace', value: padded(text, ' ') };
  if (UIDS.includes(tag) && value)
    return { do: 'replace', value: padded(newUid(value.toString('latin1')), '\0') };
  return { do: 'keep' };
}

function padded(text: string, by: string): Buffer {
  return Buffer.from(text.length % 2 ? text + by : text, 'latin1');
}

function newUid(original: string): string {
  const digest = createHash('sha256').update(original.replace(/\0$/, '')).digest('hex').slice(0, 30);
  return `2.25.${BigInt(`0x${digest}`)}`;
}

interface DcmjsElement {
  vr: string;
  Value: unknown[];
}
type DcmjsDict = Record<string, DcmjsElement>;

/** Parse, modify and write, with the same edits as ours. */
export function dcmjsRewrite(part10: Buffer): ArrayBuffer {
  const bytes = part10.buffer.slice(part10.byteOffset, part10.byteOffset + part10.length) as ArrayBuffer;
  const file = dcmjs.data.DicomMessage.readFile(bytes) as {
    meta: DcmjsDict;
    dict: DcmjsDict;
    write(): ArrayBuffer;
  };
  edit(file.meta);
  edit(file.dict);
  return file.write();
}

function edit(dict: DcmjsDict): void {
  for (const [hex, element] of Object.entries(dict)) {
    const tag = Number.parseInt(hex, 16);
    const text = REPLACED.get(tag);
    if ((tag >>> 16) % 2 === 1 || REMOVED.includes(tag)) delete dict[hex];
    else if (EMPTIED.includes(tag)) element.Value = [];
    else if (text !== undefined) element.Value = [text];
    else if (UIDS.includes(tag)) element.Value = [newUid(String(element.Value[0]))];
    else if (element.vr === 'SQ') for (const item of element.Value as DcmjsDict[]) edit(item);
  }
}

/** Both sides must have done the same work. */
function compare(ours: Buffer, theirs: Buffer): void {
  const [mine, other] = [ours, theirs].map((bytes) => {
    const copy = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    const { meta, dict } = dcmjs.data.DicomMessage.readFile(copy) as { meta: DcmjsDict; dict: DcmjsDict };
    const { '7FE00010': pixels, ...rest } = dict;
    const digest = createHash('sha256')
      .update(Buffer.from((pixels!.Value as ArrayBuffer[])[0]!))
      .digest('hex');
    return JSON.stringify([
      meta['00020003'],
      digest,
      Object.entries(rest).map(([tag, { Value }]) => [tag, Value]),
    ]);
  });
  if (mine !== other) throw new Error('the two rewrites differ');
}

export async function* chunksOf(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}
