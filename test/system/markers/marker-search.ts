import { createHash } from 'node:crypto';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** One marker, in one form, at one place. */
export interface Finding {
  readonly place: string;
  readonly form: string;
}

const CHUNK = 1024 * 1024;
/** Servers set room aside that they have not written to. */
const ZEROS = Buffer.alloc(CHUNK);
const OVERLAP = 256;
const HEX_DIGEST = 64;
/** Base64 of 32 bytes, without its padding. */
const BASE64_DIGEST = 43;

/**
 * Looks for markers in bytes: as such, lower case, UTF-16 of both orders, base64 of the three alignments and hex by what all of them begin
 * with; and their unkeyed SHA-256 in hex and base64, marker by marker.
 */
export class MarkerSearch {
  readonly #forms: readonly { readonly form: string; readonly bytes: Buffer }[];
  readonly #digests = new Set<string>();
  readonly #chunk = Buffer.alloc(CHUNK);

  constructor(stems: readonly string[], markers: Iterable<string>) {
    this.#forms = stems.flatMap((stem) => [...new Set([stem, stem.toLowerCase()])].flatMap(formsOf));
    for (const marker of markers) {
      for (const written of [marker, marker.toLowerCase(), `${marker}\0`, `${marker} `]) {
        const digest = createHash('sha256').update(written).digest();
        this.#digests.add(digest.toString('hex'));
        this.#digests.add(unpadded(digest.toString('base64')));
        this.#digests.add(unpadded(digest.toString('base64url')));
      }
    }
  }

  inBytes(bytes: Buffer, place: string): Finding[] {
    const literal = this.#forms.filter(({ bytes: wanted }) => bytes.includes(wanted));
    const text = bytes.toString('latin1');
    const digest = this.#holdsDigest(text) ? [{ place, form: 'sha-256' }] : [];
    return [...literal.map(({ form }) => ({ place, form })), ...digest];
  }

  /** A file that a running server has removed meanwhile holds nothing. */
  async inFile(file: string): Promise<Finding[]> {
    const handle = await open(file).catch(ifMissing);
    const found: Finding[] = [];
    try {
      for (let at = 0; handle; at += CHUNK - OVERLAP) {
        const { bytesRead } = await handle.read(this.#chunk, 0, CHUNK, at);
        const bytes = this.#chunk.subarray(0, bytesRead);
        if (!bytes.equals(ZEROS.subarray(0, bytesRead))) found.push(...this.inBytes(bytes, file));
        if (bytesRead < CHUNK) break;
      }
      return found;
    } finally {
      await handle?.close();
    }
  }

  /** Every file under a folder, and their names. */
  async inFolder(folder: string): Promise<Finding[]> {
    const found: Finding[] = [];
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      found.push(...this.inBytes(Buffer.from(entry.name), `name of ${path}`));
      if (entry.isFile()) found.push(...(await this.inFile(path)));
    }
    return found;
  }

  #holdsDigest(text: string): boolean {
    return (
      this.#holdsWindow(text, /[0-9A-Fa-f]{64,}/g, HEX_DIGEST, (run) => run.toLowerCase()) ||
      this.#holdsWindow(text, /[A-Za-z0-9+/_-]{43,}/g, BASE64_DIGEST, (run) => run)
    );
  }

  #holdsWindow(text: string, runs: RegExp, length: number, normal: (run: string) => string): boolean {
    for (const [match] of text.matchAll(runs)) {
      const run = normal(match);
      for (let at = 0; at + length <= run.length; at += 1)
        if (this.#digests.has(run.slice(at, at + length))) return true;
    }
    return false;
  }
}

function formsOf(stem: string): { form: string; bytes: Buffer }[] {
  const plain = Buffer.from(stem);
  const little = Buffer.from(stem, 'utf16le');
  return [
    { form: 'as such', bytes: plain },
    { form: 'UTF-16LE', bytes: little },
    { form: 'UTF-16BE', bytes: Buffer.from(little).swap16() },
    { form: 'hex', bytes: Buffer.from(plain.toString('hex')) },
    { form: 'hex', bytes: Buffer.from(plain.toString('hex').toUpperCase()) },
    ...base64FormsOf(plain),
  ];
}

/** What base64 makes of a text wherever it begins: the characters that its own bits alone decide. */
function base64FormsOf(plain: Buffer): { form: string; bytes: Buffer }[] {
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), plain]).toString('base64');
    const first = Math.ceil((shift * 8) / 6);
    const last = Math.floor(((shift + plain.length) * 8) / 6);
    return { form: `base64 at ${shift}`, bytes: Buffer.from(encoded.slice(first, last)) };
  });
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

const unpadded = (base64: string): string => base64.replace(/=+$/, '');
