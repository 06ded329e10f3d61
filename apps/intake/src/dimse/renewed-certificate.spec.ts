import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type MadeCertificate, makeCertificates } from '../testing/certificates.js';
import { IntakeRoom, until } from '../testing/intake-room.js';
import { madeImage } from '../testing/made-image.js';

let made: Awaited<ReturnType<typeof makeCertificates<'first' | 'renewed'>>>;
let folder: string;
let room: IntakeRoom;
beforeAll(async () => {
  made = await makeCertificates(['first', 'renewed']);
});
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'renewed-certificate-'));
  write(made.of.first);
  const settings = { TLS_CERT_FILE: join(folder, 'tls.crt'), TLS_KEY_FILE: join(folder, 'tls.key') };
  room = await IntakeRoom.open({ settings });
});
afterEach(async () => {
  await room.close();
  rmSync(folder, { recursive: true });
});

function write({ cert, key }: Pick<MadeCertificate, 'cert' | 'key'>): void {
  writeFileSync(join(folder, 'tls.crt'), cert);
  writeFileSync(join(folder, 'tls.key'), key);
}

/** Fingerprint of the certificate that a new connection is shown. */
async function shownAt(port: number | undefined): Promise<string> {
  const socket = connect({ port: port ?? 0, host: '127.0.0.1', ca: made.ca });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

it('shows a renewed certificate at both doors without a restart', async () => {
  expect(await shownAt(room.dimsePort('tls'))).toBe(made.of.first.fingerprint);
  expect(await shownAt(room.ports.https)).toBe(made.of.first.fingerprint);
  write(made.of.renewed);
  await until(async () => (await shownAt(room.dimsePort('tls'))) === made.of.renewed.fingerprint);
  await until(async () => (await shownAt(room.ports.https)) === made.of.renewed.fingerprint);
  const [sent] = await room.send([madeImage()], { port: room.dimsePort('tls'), tls: { ca: made.ca } });
  expect(sent).toMatchObject({ status: 0 });
});

it('keeps the old one, and says so, when the new files are no pair', async () => {
  write({ cert: made.of.renewed.cert, key: made.of.first.key });
  await until(() => room.lines.some((line) => line.includes('renewed settings are refused')));
  expect(await shownAt(room.dimsePort('tls'))).toBe(made.of.first.fingerprint);
  expect(room.lines.join()).not.toContain('PRIVATE KEY');
});
