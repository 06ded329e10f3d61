import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from './foreign-tool.js';

/** Files of a certificate authority and of what it signed, PEM. */
export interface Certificates {
  readonly ca: string;
  readonly server: { readonly cert: string; readonly key: string };
  readonly client: { readonly cert: string; readonly key: string };
}

/** Makes an authority, and certificates for 127.0.0.1 and for a modality, by openssl in `folder`. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const path = (name: string) => join(folder, name);
  await writeFile(path('extensions'), 'subjectAltName=IP:127.0.0.1\n');
  await openssl([
    'req',
    '-x509',
    ...newKey(path('ca')),
    '-out',
    path('ca.crt'),
    '-days',
    '2',
    '-subj',
    '/CN=authority',
  ]);
  const signed = async (name: string) => {
    await openssl(['req', ...newKey(path(name)), '-out', path(`${name}.csr`), '-subj', `/CN=${name}`]);
    const authority = ['-CA', path('ca.crt'), '-CAkey', path('ca.key'), '-CAcreateserial'];
    const request = ['-req', '-in', path(`${name}.csr`), '-days', '2', '-extfile', path('extensions')];
    await openssl(['x509', ...request, ...authority, '-out', path(`${name}.crt`)]);
    return { cert: path(`${name}.crt`), key: path(`${name}.key`) };
  };
  return { ca: path('ca.crt'), server: await signed('server'), client: await signed('client') };
}

const newKey = (file: string) => ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${file}.key`];

async function openssl(words: readonly string[]): Promise<void> {
  const { code, stderr } = await runTool('openssl', words);
  if (code !== 0) throw new Error(`openssl failed: ${stderr}`);
}
