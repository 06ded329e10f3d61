import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../installation/free-port.ts';
import { startServer, type Receiver } from './server.ts';

/** Orthanc as Debian ships it: stores each file with fsync, indexes in SQLite. */
export const orthanc: Receiver = orthancWith(
  'Orthanc',
  'default storage: fsync per file, MD5, SQLite index',
  {},
);

/** Orthanc without its fsync and MD5, with longer PDUs: faster, and no longer durable. */
export const orthancTuned: Receiver = orthancWith('Orthanc tuned', 'no fsync, no MD5, PDU 128 KiB', {
  SyncStorageArea: false,
  StoreMD5ForAttachments: false,
  MaximumPduLength: 131_072,
});

/** DCMTK's receiver: writes plain files, no fsync, no index. It takes a second association only in a process of its own. */
export const storescp: Receiver = {
  name: 'storescp',
  words: 'plain files, no fsync, no index; a process per association',
  async start(folder, options) {
    const port = await freePort();
    const forks = (options?.associations ?? 1) > 1 ? ['--fork'] : [];
    const args = [...forks, '-pdu', '131072', '-aet', 'STORESCP', '-od', folder, String(port)];
    return startServer({
      command: 'storescp',
      args,
      port,
      aeTitle: 'STORESCP',
      logFile: join(folder, 'storescp.log'),
    });
  },
};

function orthancWith(name: string, words: string, settings: object): Receiver {
  return {
    name,
    words,
    async start(folder) {
      const [port, httpPort] = [await freePort(), await freePort()];
      const configuration = {
        StorageDirectory: join(folder, 'storage'),
        IndexDirectory: join(folder, 'index'),
        DicomAet: 'ORTHANC',
        DicomPort: port,
        HttpPort: httpPort,
        RemoteAccessAllowed: false,
        Plugins: [],
        ...settings,
      };
      const file = join(folder, 'orthanc.json');
      await mkdir(configuration.StorageDirectory);
      await writeFile(file, JSON.stringify(configuration));
      return startServer({
        command: 'Orthanc',
        args: [file],
        port,
        aeTitle: 'ORTHANC',
        logFile: join(folder, 'orthanc.log'),
      });
    },
  };
}
