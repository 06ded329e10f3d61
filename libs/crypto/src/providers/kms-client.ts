import { KMS } from '@aws-sdk/client-kms';
import { SluiceError } from '@sluice/contracts';

/** Access to the key service; without it the AWS SDK's own chain (environment, profile, workload identity) is asked. */
export interface KmsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A key service and how its keys are called. */
export interface KmsAccess {
  readonly client: KMS;
  /** Alias of a purpose: the prefix and the purpose. */
  readonly aliasPrefix: string;
}

const CONNECT_TIMEOUT_MS = 2_000;
const REQUEST_TIMEOUT_MS = 3_000;
const ATTEMPTS = 3;

/**
 * Opens `aws-kms:?endpoint=...&region=...&aliasPrefix=alias/sluice-`; each part may be left out. Nothing is called yet.
 * @throws SluiceError CRYPTO_URL_INVALID
 */
export function openKmsClient(url: string, credentials?: KmsCredentials): KmsAccess {
  const settings = settingsOf(url);
  const endpoint = settings.get('endpoint');
  const region = settings.get('region');
  const client = new KMS({
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
    ...(endpoint && { endpoint }),
    ...(region && { region }),
    ...(credentials && { credentials }),
  });
  return { client, aliasPrefix: settings.get('aliasPrefix') ?? 'alias/sluice-' };
}

function settingsOf(url: string): URLSearchParams {
  const settings = new URL(url).searchParams;
  const unknown = [...settings.keys()].find((name) => !['endpoint', 'region', 'aliasPrefix'].includes(name));
  if (unknown !== undefined)
    throw new SluiceError('CRYPTO_URL_INVALID', {
      detail: 'a setting is none of endpoint, region, aliasPrefix',
    });
  const endpoint = settings.get('endpoint');
  if (endpoint && !URL.canParse(endpoint))
    throw new SluiceError('CRYPTO_URL_INVALID', { detail: 'endpoint is not a URL' });
  return settings;
}
