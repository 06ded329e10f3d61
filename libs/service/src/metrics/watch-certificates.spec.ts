import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { openMetrics } from './metrics.js';
import { watchCertificates } from './watch-certificates.js';

/** Self-signed, without a key that anybody has. */
const UNTIL_DECEMBER_2026 = `-----BEGIN CERTIFICATE-----
MIIBezCCASGgAwIBAgIUVn8ShzC5mFJyueojDpEMvt/4zBIwCgYIKoZIzj0EAwIw
EzERMA8GA1UEAwwIdGVzdC1vbmUwHhcNMjYxMTI2MjMxNjIzWhcNMjYxMjI2MjMx
NjIzWjATMREwDwYDVQQDDAh0ZXN0LW9uZTBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABPDlZODcVFSu8DytI7gkCQEYc7OFUUfhuH9cVlbsWjJCYwnEzCGVzGd+8XcI
X9OJrvvLTLDR2HcpAGBFlwso7AujUzBRMB0GA1UdDgQWBBRurqNINiDOJxSGPiw3
7ZeNjWZcOzAfBgNVHSMEGDAWgBRurqNINiDOJxSGPiw37ZeNjWZcOzAPBgNVHRMB
Af8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQCXxNXGAhVMC7TrFlEMXxDejg0w
q0vQNCyfKH6F/u5Z9QIgfO2gvZw4pIcO2caW1FnYZFL6YJbo07ZT6HdGl8ZKd+I=
-----END CERTIFICATE-----`;
const UNTIL_2035 = `-----BEGIN CERTIFICATE-----
MIIBezCCASGgAwIBAgIUHGaXkwu34Hn9TygO29gJEWpIuAgwCgYIKoZIzj0EAwIw
EzERMA8GA1UEAwwIdGVzdC10d28wHhcNMjYxMTI2MjMxNjIzWhcNMzUwMjEyMjMx
NjIzWjATMREwDwYDVQQDDAh0ZXN0LXR3bzBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABBIGjQ6XbV8VGiAn2NQ/6wcKLqc9rptgzSl7Bpmz63jjRd/c5zedGJDgaDoo
CE39zThhJJC36AFCOvsG/ky6EhqjUzBRMB0GA1UdDgQWBBTyLa+mtul5jX6RxSsF
NNV1Bb29tDAfBgNVHSMEGDAWgBTyLa+mtul5jX6RxSsFNNV1Bb29tDAPBgNVHRMB
Af8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQDliHoXIGLoObfmOuPLUP/0mAYG
VHC2ypiABA9/1kqcBgIgZw9BxPHs/tt9Tws/38NHg1NbFD17wfrUBNfBxEqP330=
-----END CERTIFICATE-----`;

const secondsOf = (pem: string) => new X509Certificate(pem).validToDate.getTime() / 1000;

it('tells when the first certificate of a chain ends, by its setting, and nothing of what is none', async () => {
  const metrics = openMetrics('intake');
  watchCertificates(metrics, {
    TLS_CERT: `${UNTIL_2035}\n${UNTIL_DECEMBER_2026}`,
    KAFKA_CERT: UNTIL_2035,
    OTHER_CERT: 'no certificate',
    BROKEN_CERT: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    TLS_KEY: UNTIL_2035,
    DIMSE_PORT: 11112,
  });
  const { body } = await metrics.page();
  const lines = body.split('\n').filter((line) => line.startsWith('sluice_certificate_expiry'));
  expect(lines).toEqual([
    `sluice_certificate_expiry_timestamp_seconds{room="intake",setting="TLS_CERT"} ${secondsOf(UNTIL_DECEMBER_2026)}`,
    `sluice_certificate_expiry_timestamp_seconds{room="intake",setting="KAFKA_CERT"} ${secondsOf(UNTIL_2035)}`,
  ]);
});
