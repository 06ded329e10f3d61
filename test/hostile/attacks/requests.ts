import { setTimeout as sleep } from 'node:timers/promises';
import { phantomStudy } from '@sluice/samples';
import { expect, it } from 'vitest';
import type { Ground } from '../ground/ground.js';
import { RawPeer } from '../ground/raw-peer.js';

const PATH = '/dicomweb/studies';
const MULTIPART = 'multipart/related; type="application/dicom"; boundary=b';

/** Hostile STOW-RS (PS3.18 10.5), written by hand so that no client tidies it up. */
export function requestAttacks(ground: () => Ground): void {
  const ask = (request: Request) => statusAfter(ground().httpPort, request);
  const good = async () => {
    expect(await ask({ body: [part(goodFile())] })).toBe(200);
    await ground().expectServing();
  };

  it('takes a good request', good);

  it.each<readonly [string, Request, readonly number[]]>([
    [
      'a boundary of 70 kB',
      { type: `multipart/related; type="application/dicom"; boundary=${'b'.repeat(70_000)}`, body: ['x'] },
      [400, 431],
    ],
    [
      'a boundary of 71 characters',
      { type: `multipart/related; type="application/dicom"; boundary=${'b'.repeat(71)}`, body: ['x'] },
      [400],
    ],
    ['no boundary', { type: 'multipart/related; type="application/dicom"', body: ['x'] }, [400]],
    [
      'a part with 1 MB of headers',
      { body: [`--b\r\nX-Long: ${'y'.repeat(1_000_000)}\r\n\r\n`, part(goodFile()), '--b--\r\n'] },
      [200, 202, 400, 409],
    ],
    [
      'a part with 10,000 headers',
      { body: [`--b\r\n${'X: y\r\n'.repeat(10_000)}\r\nz\r\n`, '--b--\r\n'] },
      [400, 409],
    ],
    [
      '10,001 parts',
      { body: Array.from({ length: 10_001 }, () => '--b\r\nContent-Type: application/dicom\r\n\r\n\r\n') },
      [400, 409],
    ],
    [
      '10,001 parts without headers',
      { body: Array.from({ length: 10_001 }, () => '--b\r\n\r\n\r\n') },
      [400, 409],
    ],
    [
      'a body called gzip',
      { head: 'Content-Encoding: gzip\r\n', body: ['\x1f\x8b\x08', 'x'.repeat(1000)] },
      [400, 415],
    ],
    ['no multipart in it', { body: ['x'.repeat(1_000_000)] }, [400]],
    ['an empty body', { body: [] }, [400]],
    ['a part that is no DICOM', { body: [part(Buffer.from('hello'))] }, [409]],
    [
      'a part of another type',
      { body: ['--b\r\nContent-Type: text/html\r\n\r\n<script>\r\n--b--\r\n'] },
      [409, 415],
    ],
    [
      'a file name of control characters',
      { body: [part(Buffer.from('x'), 'Content-Disposition: attachment; filename="\x01..\\..\\x\x07"\r\n')] },
      [400, 409],
    ],
    ['a study that is a path', { path: `${PATH}/..%2f..%2fetc%2fpasswd`, body: ['x'] }, [400, 404, 409]],
    ['a study of 65 digits', { path: `${PATH}/${'1'.repeat(65)}`, body: ['x'] }, [400, 409]],
    ['no credentials', { authorization: '', body: [part(goodFile())] }, [401]],
    [
      'a token of another',
      { authorization: 'Authorization: Bearer other\r\n', body: [part(goodFile())] },
      [403],
    ],
    [
      'a token of 1 MB',
      { authorization: `Authorization: Bearer ${'t'.repeat(1_000_000)}\r\n`, body: [] },
      [400, 401, 431],
    ],
    ['JSON', { type: 'application/json', body: ['{}'] }, [415]],
  ])('refuses %s', async (_what, request, statuses) => {
    expect(statuses).toContain(await ask(request));
    await good();
  });

  it('takes a part that comes without end as long as it comes, and forgets it when it is cut', async () => {
    const peer = await RawPeer.connect(ground().httpPort);
    await peer.send(head({}));
    await peer.send(chunk('--b\r\nContent-Type: application/dicom\r\n\r\n'));
    await peer.send(chunk(goodFile().subarray(0, 1500)));
    for (let sent = 0; sent < 64 && !peer.closed; sent += 1)
      await peer.send(chunk(Buffer.alloc(1024 * 1024)));
    peer.destroy();
    await good();
  });

  it(
    'serves beside 200 bodies of a byte a second, and forgets them when they are cut',
    { timeout: 60_000 },
    async () => {
      const crowd = await Promise.all(Array.from({ length: 200 }, () => RawPeer.connect(ground().httpPort)));
      for (const peer of crowd) await peer.send(head({}));
      for (let second = 0; second < 3; second += 1) {
        for (const peer of crowd) await peer.send(chunk('-'));
        await good();
        await sleep(1_000);
      }
      for (const peer of crowd) peer.destroy();
      await good();
    },
  );

  it('survives a cut anywhere in a good request', async () => {
    const whole = part(goodFile());
    for (let at = 0; at < whole.length; at += Math.ceil(whole.length / 40)) {
      const peer = await RawPeer.connect(ground().httpPort);
      await peer.send(head({}));
      if (at > 0) await peer.send(chunk(whole.subarray(0, at)));
      await sleep(5);
      peer.destroy();
    }
    await good();
  });
}

interface Request {
  readonly path?: string;
  readonly type?: string;
  readonly authorization?: string;
  readonly head?: string;
  readonly body?: readonly (string | Buffer)[];
}

/** Sends it chunked and reads the status; undefined when the connection ends without one. */
async function statusAfter(port: number, request: Request): Promise<number | undefined> {
  const peer = await RawPeer.connect(port);
  let text = '';
  const answered = new Promise<void>((resolve) => {
    peer.socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      if (/^HTTP\/1\.1 \d{3} .*\r\n\r\n/s.test(text)) resolve();
    });
    peer.socket.on('close', () => resolve());
    setTimeout(resolve, 15_000).unref();
  });
  void sendAll(peer, request);
  await answered;
  peer.destroy();
  const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
  return status === undefined ? undefined : Number(status);
}

async function sendAll(peer: RawPeer, request: Request): Promise<void> {
  await peer.send(head(request));
  for (const piece of request.body ?? []) if (!peer.closed) await peer.send(chunk(piece));
  await peer.send('0\r\n\r\n');
}

function head({
  path = PATH,
  type = MULTIPART,
  authorization = 'Authorization: Bearer test-token\r\n',
  head: more = '',
}: Request): string {
  return `POST ${path} HTTP/1.1\r\nHost: x\r\n${authorization}Content-Type: ${type}\r\n${more}Transfer-Encoding: chunked\r\n\r\n`;
}

function chunk(piece: string | Buffer): Buffer {
  const bytes = Buffer.from(piece as string);
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}

function part(file: Buffer, more = ''): Buffer {
  return Buffer.concat([
    Buffer.from(`--b\r\nContent-Type: application/dicom\r\n${more}\r\n`, 'latin1'),
    file,
    Buffer.from('\r\n--b--\r\n'),
  ]);
}

let made = 0;
function goodFile(): Buffer {
  made += 1;
  return [
    ...phantomStudy({ seed: 7_000_000 + made, modality: 'CT', instances: 1, rows: 32, columns: 32 }),
  ][0]!.part10;
}
