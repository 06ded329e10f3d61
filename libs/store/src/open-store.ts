import { SluiceError } from '@sluice/contracts';
import { openFileStore } from './file/store-file.js';
import type { S3Options } from './s3/s3-client.js';
import type { Store } from './store.js';

/**
 * Opens `file:DIR` or `s3://bucket[/prefix]?endpoint=...&region=...&forcePathStyle=...&checksums=when-required|when-supported`.
 * The folder is made if need be; the bucket must exist and is not asked before the first use.
 * @throws SluiceError STORE_URL_INVALID, STORE_UNAVAILABLE, STORE_REFUSED
 */
export async function openStore(url: string, options: S3Options = {}): Promise<Store> {
  const folder = /^file:(?<folder>.+)$/s.exec(url)?.groups?.['folder'];
  if (folder) return openFileStore(folder);
  if (url.startsWith('s3://')) {
    const { openS3Store } = await import('./s3/store-s3.js');
    return openS3Store(url, options);
  }
  throw new SluiceError('STORE_URL_INVALID');
}
