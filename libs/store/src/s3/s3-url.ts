import { SluiceError } from '@sluice/contracts';
import { checkName } from '../object-name.js';

/** What `s3://bucket[/prefix]?...` says. */
export interface S3Place {
  readonly bucket: string;
  /** Empty, or ends in `/`. */
  readonly prefix: string;
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  readonly forcePathStyle: boolean;
  /** False leaves out `x-amz-checksum-sha256`, which some stores refuse; the signature holds the SHA-256 in any case. */
  readonly sendChecksums: boolean;
}

const PARAMETERS = new Set(['endpoint', 'region', 'forcePathStyle', 'checksums']);
const CHECKSUMS = ['when-required', 'when-supported'];

/** Reads STORE_URL's real form. Path style is the default for an endpoint of one's own. @throws SluiceError STORE_URL_INVALID */
export function readS3Url(text: string): S3Place {
  if (!URL.canParse(text)) throw new SluiceError('STORE_URL_INVALID');
  const url = new URL(text);
  const query = url.searchParams;
  const unknown = [...query.keys()].find((key) => !PARAMETERS.has(key));
  if (unknown !== undefined) throw new SluiceError('STORE_URL_INVALID', { detail: 'an unknown parameter' });
  const endpoint = query.get('endpoint') ?? undefined;
  const checksums = query.get('checksums') ?? 'when-supported';
  const pathStyle = query.get('forcePathStyle') ?? String(endpoint !== undefined);
  const valid =
    /^[a-z0-9][a-z0-9.-]{2,62}$/.test(url.hostname) && (!endpoint || /^https?:\/\//.test(endpoint));
  if (!valid || !CHECKSUMS.includes(checksums) || !/^(true|false)$/.test(pathStyle))
    throw new SluiceError('STORE_URL_INVALID');
  const folder = url.pathname.replace(/^\/|\/$/g, '');
  return {
    bucket: url.hostname,
    prefix: folder === '' ? '' : `${checkName(folder)}/`,
    endpoint,
    region: query.get('region') ?? undefined,
    forcePathStyle: pathStyle === 'true',
    sendChecksums: checksums === 'when-supported',
  };
}
