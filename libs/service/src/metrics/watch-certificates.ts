import { X509Certificate } from 'node:crypto';
import type { Metrics } from './metrics.js';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]{1,65536}-----END CERTIFICATE-----/g;

/** Tells when the certificates end that this process shows to others: those of its settings `..._CERT` (PEM, a chain). */
export function watchCertificates(metrics: Metrics, settings: Readonly<Record<string, unknown>>): void {
  for (const [setting, value] of Object.entries(settings)) {
    if (!setting.endsWith('_CERT') || typeof value !== 'string') continue;
    const ends = (value.match(CERTIFICATE) ?? []).flatMap(endOf);
    if (ends.length > 0)
      metrics.gauge('certificate_expiry_timestamp_seconds').set(Math.min(...ends), { setting });
  }
}

/** Seconds since 1970; nothing for what is no certificate, which its user refuses with a better word. */
function endOf(pem: string): number[] {
  try {
    return [Math.floor(new X509Certificate(pem).validToDate.getTime() / 1000)];
  } catch {
    return [];
  }
}
