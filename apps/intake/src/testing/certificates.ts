import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';

const runFile = promisify(execFile);

/** A certificate for 127.0.0.1 with its key, PEM, and its SHA-256 fingerprint. */
export interface MadeCertificate {
  readonly cert: string;
  readonly key: string;
  readonly fingerprint: string;
}

/** An authority of the test's own and certificates that it signed, by name. Needs `openssl`. */
export async function makeCertificates<N extends string>(
  names: readonly N[],
): Promise<{ ca: string; of: Record<N, MadeCertificate> }> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-certificates-'));
  const openssl = (...args: string[]) => runFile('openssl', args, { cwd: folder });
  const newKey = (name: string) => [
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    `${name}.key`,
    '-subj',
    `/CN=${name}`,
  ];
  try {
    await openssl('req', '-x509', ...newKey('ca'), '-days', '2', '-out', 'ca.crt');
    await writeFile(join(folder, 'extensions'), 'subjectAltName=IP:127.0.0.1\n');
    const made: [N, MadeCertificate][] = [];
    for (const name of names) {
      await openssl('req', ...newKey(name), '-out', `${name}.csr`);
      const signed = [
        '-CA',
        'ca.crt',
        '-CAkey',
        'ca.key',
        '-CAcreateserial',
        '-days',
        '2',
        '-extfile',
        'extensions',
      ];
      await openssl('x509', '-req', '-in', `${name}.csr`, ...signed, '-out', `${name}.crt`);
      const cert = await readFile(join(folder, `${name}.crt`), 'utf8');
      const key = await readFile(join(folder, `${name}.key`), 'utf8');
      made.push([name, { cert, key, fingerprint: new X509Certificate(cert).fingerprint256 }]);
    }
    const ca = await readFile(join(folder, 'ca.crt'), 'utf8');
    return { ca, of: Object.fromEntries(made) as Record<N, MadeCertificate> };
  } finally {
    await rm(folder, { recursive: true });
  }
}
