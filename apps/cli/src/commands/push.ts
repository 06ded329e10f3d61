import { readFile } from 'node:fs/promises';
import type { PeerAddress } from '@sluice/dicom';
import { EXIT, parse, usage, type Command } from '../command.js';
import { listFiles, readFileInstances } from '../find-instances.js';
import { peerAddress } from '../peer-address.js';
import { pushInstances } from '../push-instances.js';

const OPTIONS = {
  to: { type: 'string' },
  from: { type: 'string' },
  associations: { type: 'string' },
  'tls-ca': { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
} as const;
const MAX_ASSOCIATIONS = 16;

/** `sluice push`: every DICOM file under a folder, by C-STORE. */
export const push: Command = {
  summary: 'send every DICOM file under FOLDER by C-STORE',
  usage: [
    'push FOLDER --to AE@host:port [--from AE] [--associations N] [--tls-ca FILE [--tls-cert FILE --tls-key FILE]]',
  ],
  async run(args, output) {
    const { values, positionals } = parse(args, OPTIONS);
    const [folder] = positionals;
    if (!folder || !values.to) throw usage('push needs FOLDER and --to AE@host:port');
    const peer = await peerOf(values.to, values);
    const { sendable, unsendable } = await readFileInstances(await listFiles(folder));
    const associations = Math.min(MAX_ASSOCIATIONS, Math.max(1, Number(values.associations ?? 1) || 1));
    const pushed = await pushInstances(peer, sendable, {
      associations,
      onResult: (_, done) => output.progress('pushed', done, sendable.length),
    });
    const rows = [
      ...pushed.map(({ instance, ...rest }) => ({ file: instance.file, ...rest })),
      ...unsendable.map(({ file, code }) => ({ file, outcome: 'unsendable', code })),
    ];
    if (output.json) output.table(rows);
    else output.table(rows.filter((row) => row.outcome !== 'stored'));
    const stored = rows.filter((row) => row.outcome === 'stored').length;
    output.say(`${rows.length} files: ${stored} stored, ${rows.length - stored} not`);
    return stored === rows.length ? EXIT.done : EXIT.incomplete;
  },
};

async function peerOf(
  to: string,
  options: { from?: string; 'tls-ca'?: string; 'tls-cert'?: string; 'tls-key'?: string },
): Promise<PeerAddress> {
  const address = peerAddress(to, options.from ?? 'LOCAL');
  if (!address) throw usage('--to is AE@host:port');
  const [ca, cert, key] = await Promise.all(
    [options['tls-ca'], options['tls-cert'], options['tls-key']].map(contentOf),
  );
  const tls = ca || cert ? { tls: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) } } : {};
  return { ...address, ...tls };
}

async function contentOf(file: string | undefined): Promise<Buffer | undefined> {
  return file === undefined ? undefined : readFile(file);
}
