import { execFile } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** PEM files of an authority, and what it signed for KEDA's processes and for the API server when it calls them. */
export interface ClusterCertificates {
  readonly ca: string;
  readonly frontProxy: { readonly cert: string; readonly key: string };
  /** Folder with `ca.crt`, `tls.crt`, `tls.key`, as KEDA wants it. */
  readonly keda: string;
}

/** Makes them in `folder` by openssl, for two days. */
export async function makeClusterCertificates(folder: string): Promise<ClusterCertificates> {
  await mkdir(folder, { recursive: true });
  const ca = join(folder, 'ca.crt');
  const authority = ['req', '-x509', '-days', '2', '-subj', '/CN=authority', '-out', ca];
  await openssl([...authority, ...newKey(join(folder, 'ca.key'))]);
  const frontProxy = await signed(folder, 'front-proxy-client');
  const keda = join(folder, 'keda');
  const { cert, key } = await signed(folder, 'keda-operator');
  await mkdir(keda);
  await copyFile(ca, join(keda, 'ca.crt'));
  await copyFile(cert, join(keda, 'tls.crt'));
  await copyFile(key, join(keda, 'tls.key'));
  return { ca, frontProxy, keda };
}

async function signed(folder: string, name: string): Promise<{ cert: string; key: string }> {
  const [cert, key, request] = ['crt', 'key', 'csr'].map((end) => join(folder, `${name}.${end}`)) as [
    string,
    string,
    string,
  ];
  const extensions = join(folder, `${name}.ext`);
  await writeFile(extensions, `subjectAltName=DNS:localhost,DNS:${name},IP:127.0.0.1\n`);
  await openssl(['req', ...newKey(key), '-subj', `/CN=${name}`, '-out', request]);
  const authority = ['-CA', join(folder, 'ca.crt'), '-CAkey', join(folder, 'ca.key'), '-CAcreateserial'];
  await openssl([
    'x509',
    '-req',
    '-in',
    request,
    '-days',
    '2',
    '-extfile',
    extensions,
    ...authority,
    '-out',
    cert,
  ]);
  return { cert, key };
}

const newKey = (file: string): string[] => ['-newkey', 'rsa:2048', '-nodes', '-keyout', file];

async function openssl(args: readonly string[]): Promise<void> {
  await run('openssl', [...args]);
}
