import { readFileSync } from 'node:fs';

/** Files of secrets change seldom, and whoever renews a certificate does so days before it ends. */
const LOOK_EVERY_MS = 30_000;
/** As long as a certificate chain may be (bytes). */
const MAX_BYTES = 262_144;

/** Texts of settings by name. */
export type Texts = Readonly<Record<string, string>>;

/** Which files, by setting, and who is told. */
export interface FileWatch {
  readonly files: Texts;
  /** Takes what the files hold now. What it throws goes to `refused`, and it is asked again when they change again. */
  readonly take: (texts: Texts) => void;
  readonly refused: (thrown: unknown) => void;
}

/**
 * Reads the files of some settings again while the process runs, as Kubernetes renews a mounted Secret. Looks, and does not
 * ask the system to be told: a mounted Secret changes by a link that is exchanged above the file. Returns what ends the watch.
 */
export function watchFiles(watch: FileWatch, lookEveryMs = LOOK_EVERY_MS): () => void {
  const files = Object.entries(watch.files);
  if (files.length === 0) return () => undefined;
  let known = textsOf(files);
  const look = (): void => {
    const now = textsOf(files);
    if (!now || JSON.stringify(now) === JSON.stringify(known)) return;
    known = now;
    try {
      watch.take(now);
    } catch (thrown) {
      watch.refused(thrown);
    }
  };
  const timer = setInterval(look, lookEveryMs).unref();
  return () => clearInterval(timer);
}

/** Undefined while one of them cannot be read: it is being exchanged. */
function textsOf(files: readonly (readonly [name: string, path: string])[]): Texts | undefined {
  try {
    return Object.fromEntries(
      files.map(([name, path]) => [name, readFileSync(path).subarray(0, MAX_BYTES).toString('utf8')]),
    );
  } catch {
    return undefined;
  }
}
