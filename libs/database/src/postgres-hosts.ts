import { SluiceError } from '@sluice/contracts';

const MAX_HOSTS = 16;
const URL_PARTS = /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^/?#@]*)(.*)$/s;

/**
 * One URL per host of a PostgreSQL URL in libpq's form `postgres://user@a:5432,b:5433/name?...` (PostgreSQL manual 32.1.1.3).
 * @throws SluiceError DATABASE_URL_INVALID
 */
export function hostUrls(url: string): readonly string[] {
  const [, head, hosts, tail] = URL_PARTS.exec(url) ?? [];
  if (head === undefined || hosts === undefined) throw new SluiceError('DATABASE_URL_INVALID');
  const urls = hosts.split(',').map((host) => `${head}${host}${tail}`);
  if (urls.length > MAX_HOSTS || !urls.every((one) => URL.canParse(one)))
    throw new SluiceError('DATABASE_URL_INVALID');
  return urls;
}
