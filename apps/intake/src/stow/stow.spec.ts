import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { encodeElement, fileMeta, syntaxOf } from '@sluice/dicom';
import { makeCertificates } from '../testing/certificates.js';
import { IntakeRoom, PEER } from '../testing/intake-room.js';
import { freshUid, madeImage, type MadeImage } from '../testing/made-image.js';

let room: IntakeRoom;
async function enter(...options: Parameters<typeof IntakeRoom.open>): Promise<void> {
  room = await IntakeRoom.open(...options);
}
afterEach(() => room.close());

const BOUNDARY = 'stow-boundary';
const MULTIPART = `multipart/related; type="application/dicom"; boundary=${BOUNDARY}`;
const TOKEN = { authorization: 'Bearer test-token' };

function partsOf(bodies: readonly Buffer[], contentType = 'application/dicom'): Buffer {
  const parts = bodies.flatMap((body) => [
    Buffer.from(`--${BOUNDARY}\r\nContent-Type: ${contentType}\r\n\r\n`),
    body,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, { Value: Record<string, { Value: unknown[] }>[] }> & { code?: string };
}

async function post(body: Buffer, headers: Record<string, string> = {}, path = ''): Promise<Answer> {
  const answer = await fetch(room.stowUrl + path, {
    method: 'POST',
    headers: { 'content-type': MULTIPART, ...TOKEN, ...headers },
    body: new Uint8Array(body),
  });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Answer['body'] };
}

const uidsIn = (answer: Answer, tag: string) =>
  answer.body[tag]?.Value.map((item) => item['00081155']?.Value[0]) ?? [];
const reasonsIn = (answer: Answer, tag: string) =>
  answer.body[tag]?.Value.map((item) => item['00000902']?.Value[0]) ?? [];

describe('STOW-RS (PS3.18 10.5): what was stored is durable, what was not has its reason', () => {
  it('200: every part stored, in one batch', async () => {
    await enter();
    const study = { studyInstanceUID: freshUid(), seriesInstanceUID: freshUid() };
    const images = [madeImage(study), madeImage(study)];
    const answer = await post(partsOf(images.map((image) => image.part10())));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('application/dicom+json');
    expect(uidsIn(answer, '00081199')).toEqual(images.map(({ sopInstanceUID }) => sopInstanceUID));
    const [closed] = await room.awaitEvents('batch.closed.v1');
    expect(closed!.data).toMatchObject({ instances: 2, peer: 'ct-1' });
    const [event] = room.ofType('instance.received.v1');
    expect((await room.open(event!.data.object, 'staging-raw')).subarray(-images[0]!.bytes.length)).toEqual(
      images[0]!.bytes,
    );
  });

  it('200: a single part, with its length and without (chunked)', async () => {
    await enter();
    const image = madeImage();
    const single = { 'content-type': 'application/dicom' };
    expect((await post(image.part10(), single)).status).toBe(200);
    const chunked = open({ ...single, 'transfer-encoding': 'chunked' });
    for (let at = 0; at < image.part10().length; at += 700)
      chunked.write(image.part10().subarray(at, at + 700));
    chunked.end();
    expect((await answerOf(chunked)).status).toBe(200);
    expect(await room.awaitEvents('instance.received.v1', 2)).toHaveLength(2);
  });

  it('202: one bad part among good ones', async () => {
    await enter();
    const [good, study, other] = [madeImage(), madeImage({ studyInstanceUID: '' }), madeImage()];
    const answer = await post(
      partsOf([good.part10(), Buffer.from('no DICOM at all'), study.part10(), other.part10()]),
    );
    expect(answer.status).toBe(202);
    expect(uidsIn(answer, '00081199')).toEqual([good.sopInstanceUID, other.sopInstanceUID]);
    expect(uidsIn(answer, '00081198')).toEqual([study.sopInstanceUID]);
    expect(reasonsIn(answer, '00081198')).toEqual(['INTAKE_IDENTIFIERS_MISSING']);
    expect(answer.body['00081198']!.Value[0]!['00081197']!.Value).toEqual([0xa900]);
    expect(reasonsIn(answer, '0008119A')).toEqual(['DICOM_MALFORMED']);
  });

  it('409: a DICOMDIR is no instance', async () => {
    await enter();
    const meta = fileMeta({
      sopClassUID: '1.2.840.10008.1.3.10',
      sopInstanceUID: freshUid(),
      transferSyntaxUID: '1.2.840.10008.1.2.1',
    });
    const flag = encodeElement(
      { tag: 0x00041212, vr: 'US', value: Buffer.alloc(2) },
      syntaxOf('1.2.840.10008.1.2.1'),
    );
    const answer = await post(partsOf([Buffer.concat([meta, flag])]));
    expect(answer.status).toBe(409);
    expect(reasonsIn(answer, '00081198')).toEqual(['INTAKE_DIRECTORY_REFUSED']);
  });

  it('200: the data set decides who an instance is, not stale file meta', async () => {
    await enter();
    const [image, other] = [madeImage(), madeImage()];
    const stale = Buffer.concat([other.part10().subarray(0, -other.bytes.length), image.bytes]);
    const answer = await post(partsOf([stale]));
    expect(answer.status).toBe(200);
    expect(uidsIn(answer, '00081199')).toEqual([image.sopInstanceUID]);
    const [event] = await room.awaitEvents('instance.received.v1');
    const file = await room.open(event!.data.object, 'staging-raw');
    expect(file.includes(other.sopInstanceUID)).toBe(false);
  });

  it('409: nothing stored; the study of the path is not that of the part', async () => {
    await enter();
    const answer = await post(partsOf([madeImage().part10()]), {}, `/${freshUid()}`);
    expect(answer.status).toBe(409);
    expect(reasonsIn(answer, '00081198')).toEqual(['INTAKE_UID_MISMATCH']);
    const image = madeImage({ studyInstanceUID: '2.25.4' });
    expect((await post(partsOf([image.part10()]), {}, '/2.25.4')).status).toBe(200);
    expect((await post(partsOf([image.part10()]), {}, '/..%2F..%2Fetc')).status).toBe(400);
  });

  it.each([
    ['a truncated body', (image: MadeImage) => partsOf([image.part10()]).subarray(0, -40), MULTIPART],
    [
      'another boundary',
      (image: MadeImage) => partsOf([image.part10()]),
      MULTIPART.replace(BOUNDARY, 'other'),
    ],
    [
      'no boundary',
      (image: MadeImage) => partsOf([image.part10()]),
      'multipart/related; type="application/dicom"',
    ],
    ['no part at all', () => Buffer.from(`--${BOUNDARY}--`), MULTIPART],
  ])('400: %s, and nothing of it is announced', async (_what, body, type) => {
    await enter();
    expect((await post(body(madeImage()), { 'content-type': type })).status).toBe(400);
    await room.stop();
    expect(room.ofType('instance.received.v1')).toHaveLength(0);
    expect(await room.stagedRaw()).toEqual([]);
  });

  it('400: 10,001 parts, the ten thousand before them judged', async () => {
    await enter();
    const answer = await post(partsOf(Array<Buffer>(10_001).fill(Buffer.from('x'))));
    expect(answer).toMatchObject({ status: 400, body: { code: 'INTAKE_BODY_MALFORMED' } });
  });

  it('415: another media type, of the request or of every part', async () => {
    await enter();
    expect((await post(Buffer.from('{}'), { 'content-type': 'application/json' })).status).toBe(415);
    expect((await post(partsOf([Buffer.from('{}')], 'application/json'))).status).toBe(415);
    const json = MULTIPART.replace('application/dicom', 'application/dicom+json');
    expect((await post(partsOf([]), { 'content-type': json })).status).toBe(415);
  });

  it('503 with Retry-After: out of resources before bytes, the bus down, the store down', async () => {
    await enter({ settings: { INTAKE_WATERMARK: '0.01' } });
    const full = await post(partsOf([madeImage().part10()]));
    expect(full).toMatchObject({ status: 503, body: { code: 'INTAKE_OUT_OF_RESOURCES' } });
    expect(full.headers.get('retry-after')).toBe('30');
    await room.close();
    await enter();
    await post(partsOf([madeImage().part10()]));
    await room.awaitEvents('batch.closed.v1');
    await room.doors.get('bus')!.close();
    expect((await post(partsOf([madeImage().part10()]))).status).toBe(503);
    await rm(join(room.folder, 'store'), { recursive: true });
    expect((await post(partsOf([madeImage().part10()]))).status).toBe(503);
  });
});

describe('who may store', () => {
  it('401 without credentials, 403 with wrong ones; both are audited, and a body is not waited for', async () => {
    await enter();
    const body = partsOf([madeImage().part10()]);
    const none = await fetch(room.stowUrl, {
      method: 'POST',
      headers: { 'content-type': MULTIPART },
      body: new Uint8Array(body),
    });
    expect(none.status).toBe(401);
    expect(none.headers.get('www-authenticate')).toBe('Bearer');
    for (const authorization of ['Bearer wrong', 'Basic dGVzdC10b2tlbg==', 'Bearer '])
      expect((await post(body, { authorization })).status).toBe(403);
    const endless = open({
      'content-type': MULTIPART,
      authorization: 'Bearer wrong',
      'transfer-encoding': 'chunked',
    });
    endless.write('x');
    expect((await answerOf(endless)).status).toBe(403);
    endless.destroy();
    const codes = (await room.awaitRefusals(2)).map(({ code }) => code);
    expect(codes).toEqual(['INTAKE_CREDENTIALS_MISSING', 'INTAKE_PEER_REFUSED']);
    expect(room.events.map((event) => JSON.stringify(event)).join()).not.toContain('wrong');
  });

  it('a token of one tenant stores for that tenant, from its own addresses only', async () => {
    const away = { name: 'away', tenant: 't2', tokenSha256: sha256Hex('away'), addresses: ['10.1.2.3'] };
    await enter({ peers: [{ ...PEER, tenant: 't9' }, away] });
    expect((await post(partsOf([madeImage().part10()]))).status).toBe(200);
    const [event] = await room.awaitEvents('instance.received.v1');
    expect(event!.data.tenant).toBe('t9');
    expect((await post(partsOf([]), { authorization: 'Bearer away' })).status).toBe(403);
  });

  describe('by client certificate', () => {
    let made: Awaited<ReturnType<typeof makeCertificates<'server' | 'right' | 'other'>>>;
    beforeAll(async () => {
      made = await makeCertificates(['server', 'right', 'other']);
    });

    it('its own is enough; another, or none, is refused; a token does not stand in for it', async () => {
      const { cert, key } = made.of.server;
      const peers = [{ ...PEER, certificate: made.of.right.fingerprint }];
      await enter({ peers, settings: { TLS_CERT: cert, TLS_KEY: key, TLS_CA: made.ca } });
      const body = partsOf([madeImage().part10()]);
      const withCertificate = (name: 'right' | 'other' | undefined, headers = {}) =>
        postTls(
          body,
          { ca: made.ca, ...(name && { cert: made.of[name].cert, key: made.of[name].key }) },
          headers,
        );
      expect(await withCertificate('right')).toBe(200);
      expect(await withCertificate('other')).toBe(403);
      expect(await withCertificate(undefined)).toBe(401);
      expect(await withCertificate('other', TOKEN)).toBe(403);
      expect(await withCertificate(undefined, TOKEN)).toBe(403);
      expect((await post(body)).status).toBe(403);
    });
  });
});

describe('a body that misbehaves', () => {
  it('408 when it stops; what came before is durable and its batch is closed', async () => {
    await enter({ settings: { STOW_IDLE_MS: '300' } });
    const slow = open({ 'content-type': MULTIPART, ...TOKEN, 'transfer-encoding': 'chunked' });
    const whole = partsOf([madeImage().part10(), madeImage().part10()]);
    slow.write(whole.subarray(0, whole.length - 500));
    expect((await answerOf(slow)).status).toBe(408);
    slow.destroy();
    const [closed] = await room.awaitEvents('batch.closed.v1');
    expect(closed!.data.instances).toBe(1);
    expect(await room.stagedRaw()).toHaveLength(1);
  });

  it('an aborted request leaves half an object nowhere, and the door serves on', async () => {
    await enter();
    const cut = open({ 'content-type': MULTIPART, ...TOKEN, 'content-length': '9000000' });
    cut.on('error', () => undefined);
    cut.write(
      partsOf([madeImage().part10(), madeImage({ pixels: Buffer.alloc(900_000) }).part10()]).subarray(
        0,
        600_000,
      ),
    );
    await room.awaitEvents('instance.received.v1');
    cut.destroy();
    await room.awaitEvents('batch.closed.v1');
    expect(await room.stagedRaw()).toHaveLength(1);
    expect((await post(partsOf([madeImage().part10()]))).status).toBe(200);
  });

  it('a huge part streams: memory stays bounded, and the sender is held back', async () => {
    await enter();
    const { heapUsed, external } = process.memoryUsage();
    const image = madeImage({ pixels: Buffer.alloc(2) });
    const block = Buffer.alloc(1024 * 1024, 3);
    const blocks = 192;
    const head = image.part10().subarray(0, -2);
    head.writeUInt32LE(block.length * blocks, head.length - 4);
    const request = open({ 'content-type': 'application/dicom', ...TOKEN, 'transfer-encoding': 'chunked' });
    request.write(head);
    let most = 0;
    for (let sent = 0; sent < blocks; sent += 1) {
      if (!request.write(block)) await once(request, 'drain');
      const now = process.memoryUsage();
      most = Math.max(most, now.heapUsed + now.external - heapUsed - external);
    }
    request.end();
    expect((await answerOf(request)).status).toBe(200);
    expect(most).toBeLessThan(96 * 1024 * 1024);
    const [event] = await room.awaitEvents('instance.received.v1');
    expect(event!.data.object.sizeBytes).toBeGreaterThan(block.length * blocks);
  });
});

function open(headers: Record<string, string>) {
  return httpRequest(room.stowUrl, { method: 'POST', headers: { ...TOKEN, ...headers } });
}

async function answerOf(request: ReturnType<typeof httpRequest>): Promise<{ status: number }> {
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  answer.resume();
  await Promise.race([once(answer, 'end'), pause(2_000)]);
  return { status: answer.statusCode ?? 0 };
}

async function postTls(body: Buffer, tls: RequestOptions, headers: Record<string, string>): Promise<number> {
  const request = httpsRequest({
    host: '127.0.0.1',
    port: room.ports.https,
    path: '/dicomweb/studies',
    method: 'POST',
    headers: { 'content-type': MULTIPART, ...headers },
    agent: false,
    ...tls,
  });
  request.end(body);
  return (await answerOf(request)).status;
}

function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
