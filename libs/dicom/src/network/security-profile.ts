import type { SecureContextOptions, TlsOptions } from 'node:tls';
import { SluiceError } from '@sluice/contracts';
import type { ListenerTls } from './listener.types.js';

/** Suites of RFC 9325 4.2 and TLS 1.3's own (RFC 8446 B.4): forward secrecy and authenticated encryption only. */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
].join(':');

/** PS3.15 B.12, the BCP 195 (RFC 8996, RFC 9325) profile: TLS 1.2 or newer, no way down, for both sides. */
export const SECURITY_PROFILE = {
  minVersion: 'TLSv1.2',
  ciphers: CIPHERS,
  ecdhCurve: 'X25519:P-256:P-384',
  honorCipherOrder: true,
} as const satisfies SecureContextOptions & TlsOptions;

/** The listener's TLS options for `tls.createServer` and `setSecureContext`. @throws SluiceError DICOM_LISTEN_FAILED */
export function serverOptions(tls: ListenerTls): TlsOptions {
  const { key, cert, ca } = tls;
  // Without our own authority any certificate of a public one would pass.
  if (tls.requireClientCertificate && ca === undefined)
    throw new SluiceError('DICOM_LISTEN_FAILED', { detail: 'client certificates need ca' });
  return {
    ...SECURITY_PROFILE,
    key,
    cert,
    ...(ca ? { ca } : {}),
    requestCert: ca !== undefined,
    rejectUnauthorized: tls.requireClientCertificate ?? false,
  };
}
