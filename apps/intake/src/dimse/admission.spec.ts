import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { InstanceToSend } from '@sluice/dicom';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificates } from '../testing/certificates.js';
import { IntakeRoom, PEER, until } from '../testing/intake-room.js';
import { EXPLICIT, IMPLICIT, madeImage, MR_IMAGE } from '../testing/made-image.js';

const run = promisify(execFile);
const dcmtkIsMissing = await run('storescu', ['--version']).then(
  () => false,
  () => true,
);
let room: IntakeRoom;
async function enter(...options: Parameters<typeof IntakeRoom.open>): Promise<void> {
  room = await IntakeRoom.open(...options);
}
afterEach(() => room.close());

const REJECTED = 'DICOM_ASSOCIATION_REJECTED';

/** What the audit trail was told, without what varies. */
async function audited(): Promise<object> {
  const [record] = await room.awaitRefusals();
  const { actor, code, outcome, subject, tenant } = record!;
  return { actor, code, outcome, subject, tenant };
}

const refusal = (code: string, claimed?: string) => ({
  actor: { kind: 'peer', name: 'unknown' },
  code,
  outcome: 'refused',
  subject: { door: 'dimse', count: '1', ...(claimed && { claimed }) },
  tenant: '-',
});

describe('a caller that is no peer is refused, and the audit trail says so', () => {
  it('unknown AE title', async () => {
    await enter();
    await expect(room.send([madeImage()], { callingAE: 'NOBODY' })).rejects.toMatchObject({ code: REJECTED });
    expect(await audited()).toEqual(refusal('INTAKE_PEER_REFUSED'));
    expect(room.lines.join()).not.toContain('NOBODY');
  });

  it('wrong address', async () => {
    await enter({ peers: [{ ...PEER, addresses: ['10.0.0.0/8', 'fd00::/8'] }] });
    await expect(room.send([madeImage()])).rejects.toMatchObject({ code: REJECTED });
    expect(await audited()).toEqual(refusal('INTAKE_PEER_REFUSED', 'ct-1'));
  });

  it('wrong called AE title, of the peer or of the listener', async () => {
    await enter({ peers: [{ ...PEER, calledAeTitle: 'OTHER' }] });
    await expect(room.send([madeImage()])).rejects.toMatchObject({
      detail: expect.stringContaining('7') as string,
    });
    expect(await audited()).toEqual(refusal('INTAKE_CALLED_TITLE_REFUSED', 'ct-1'));
    await room.close();
    await enter({ settings: { DIMSE_AE_TITLE: 'SLUICE' } });
    await expect(room.send([madeImage()], { calledAE: 'ELSE' })).rejects.toMatchObject({ code: REJECTED });
    expect(await audited()).toEqual(refusal('INTAKE_CALLED_TITLE_REFUSED', 'ct-1'));
    expect(await room.send([madeImage()])).toMatchObject([{ status: 0 }]);
  });

  it('a flood: one record at once, the rest as one with its count', async () => {
    await enter();
    for (let knock = 0; knock < 20; knock += 1)
      await room.send([madeImage()], { callingAE: 'NOBODY' }).catch(() => undefined);
    await until(() => room.refusals().length === 1);
    await room.stop();
    const counts = (await room.awaitRefusals(2)).map(({ subject }) => subject['count']);
    expect(counts).toEqual(['1', '19']);
  });
});

describe('no place for another association', () => {
  it('is the listener refusing, and recorded too', async () => {
    await enter({ settings: { DIMSE_MAX_ASSOCIATIONS: '1' } });
    const begun = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const first = room.send([halting(begun.resolve, finish.promise)]);
    await begun.promise;
    await expect(room.send([madeImage()])).rejects.toMatchObject({ code: REJECTED });
    expect(await audited()).toEqual(refusal('INTAKE_ASSOCIATION_REFUSED'));
    finish.resolve();
    expect(await first).toMatchObject([{ status: 0 }]);
  });
});

describe('a stop', () => {
  it('lets the instance in hand finish, takes no new association, and closes the batch', async () => {
    await enter();
    const begun = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const first = room.send([halting(begun.resolve, finish.promise)]);
    await begun.promise;
    const stopped = room.stop();
    await expect(room.send([madeImage()])).rejects.toMatchObject({ code: REJECTED });
    finish.resolve();
    expect(await first).toMatchObject([{ status: 0 }]);
    await stopped;
    const [closed] = await room.awaitEvents('batch.closed.v1');
    expect(closed!.data.instances).toBe(1);
    expect(room.ofType('instance.received.v1')).toHaveLength(1);
  });
});

describe('over TLS a peer is known by its certificate', () => {
  let made: Awaited<ReturnType<typeof makeCertificates<'server' | 'right' | 'wrong'>>>;
  beforeAll(async () => {
    made = await makeCertificates(['server', 'right', 'wrong']);
  });
  const tls = (name: 'right' | 'wrong') => ({
    port: room.dimsePort('tls'),
    tls: { ca: made.ca, cert: made.of[name].cert, key: made.of[name].key },
  });

  it('its own is accepted, another of the same authority is refused, none at all on the plain port too', async () => {
    const { cert, key } = made.of.server;
    const peers = [{ ...PEER, certificate: made.of.right.fingerprint }];
    await enter({ peers, settings: { TLS_CERT: cert, TLS_KEY: key, TLS_CA: made.ca } });
    expect(await room.send([madeImage()], tls('right'))).toMatchObject([{ status: 0 }]);
    await expect(room.send([madeImage()], tls('wrong'))).rejects.toMatchObject({ code: REJECTED });
    await expect(room.send([madeImage()])).rejects.toMatchObject({ code: REJECTED });
    expect(await audited()).toEqual(refusal('INTAKE_PEER_REFUSED', 'ct-1'));
  });
});

describe('a start', () => {
  it('says in the audit trail which peer table is in force', async () => {
    await enter();
    const [event] = await room.awaitEvents('audit.recorded.v1');
    expect(event!.data).toMatchObject({
      actor: { kind: 'service', name: 'intake' },
      action: 'policy-change',
      subject: {
        setting: 'PEERS',
        sha256: createHash('sha256')
          .update(JSON.stringify([PEER]))
          .digest('hex'),
      },
    });
  });
});

describe('what a peer may send', () => {
  it('classes and syntaxes outside its row are refused at negotiation', async () => {
    await enter({ peers: [{ ...PEER, sopClasses: [MR_IMAGE], transferSyntaxes: [IMPLICIT] }] });
    const mr = { sopClassUID: MR_IMAGE };
    const results = await room.send([
      madeImage({ transferSyntaxUID: IMPLICIT }),
      madeImage({ ...mr, transferSyntaxUID: EXPLICIT }),
      madeImage({ ...mr, transferSyntaxUID: IMPLICIT }),
    ]);
    expect(results).toMatchObject([{ reason: 'class-refused' }, { reason: 'syntax-refused' }, { status: 0 }]);
    const [record] = await room.awaitRefusals();
    expect(record).toMatchObject({ actor: { name: 'ct-1' }, code: 'INTAKE_SOP_CLASS_REFUSED' });
  });
});

describe('the watermark', () => {
  it('refuses associations while the store is nearly full', async () => {
    await enter({ settings: { INTAKE_WATERMARK: '0.01' } });
    await expect(room.send([madeImage()])).rejects.toMatchObject({ code: REJECTED });
    const [record] = await room.awaitRefusals();
    expect(record).toMatchObject({ actor: { name: 'ct-1' }, code: 'INTAKE_OUT_OF_RESOURCES' });
  });
});

describe('one sender does not occupy all of intake', () => {
  it('associations from one address have a limit of their own', async () => {
    await enter({ settings: { DIMSE_MAX_ASSOCIATIONS_PER_ADDRESS: '1' } });
    const begun = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const first = room.send([halting(begun.resolve, finish.promise)]);
    await begun.promise;
    await expect(room.send([madeImage()])).rejects.toMatchObject({ code: REJECTED });
    finish.resolve();
    expect(await first).toMatchObject([{ status: 0 }]);
  });

  it('an instance waits for its turn while others are being stored', async () => {
    await enter({ settings: { INTAKE_IN_FLIGHT: '1' } });
    const begun = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const first = room.send([halting(begun.resolve, finish.promise)]);
    await begun.promise;
    const second = room.send([madeImage()]);
    await pause(200);
    expect(room.ofType('instance.received.v1')).toHaveLength(0);
    finish.resolve();
    expect(await Promise.all([first, second])).toMatchObject([[{ status: 0 }], [{ status: 0 }]]);
  });

  it('a turn that does not come in time: A700, nothing staged', async () => {
    await enter({ settings: { INTAKE_IN_FLIGHT: '1', INTAKE_WAIT_MS: '50' } });
    const begun = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const first = room.send([halting(begun.resolve, finish.promise)]);
    await begun.promise;
    const refused = { outcome: 'failed', status: 0xa700, comment: 'INTAKE_OUT_OF_RESOURCES' };
    expect(await room.send([madeImage()])).toMatchObject([refused]);
    finish.resolve();
    expect(await first).toMatchObject([{ status: 0 }]);
    expect(await room.stagedRaw()).toHaveLength(1);
  });
});

// Without DCMTK this fails unless only unit tests were asked for: install it by `apt-get install dcmtk`.
describe.skipIf(dcmtkIsMissing && process.env['SLUICE_TEST_UNIT'] === '1')('a foreign sender (DCMTK)', () => {
  it('storescu pushes, and what is staged is a Part 10 file that dcmdump reads', async () => {
    await enter();
    const image = madeImage();
    const path = join(room.folder, 'sent.dcm');
    await writeFile(path, image.part10());
    const to = ['-aet', 'CT1', '-aec', 'SLUICE', '127.0.0.1', String(room.dimsePort())];
    await run('storescu', [...to, path], { env: { ...process.env, TCP_NODELAY: '1' } });
    const [event] = await room.awaitEvents('instance.received.v1');
    const staged = join(room.folder, 'staged.dcm');
    await writeFile(staged, await room.open(event!.data.object, 'staging-raw'));
    const { stdout } = await run('dcmdump', ['-q', '+P', '0002,0003', '+P', '0002,0010', staged]);
    expect(stdout).toContain(image.sopInstanceUID);
    expect(stdout).toContain('LittleEndianExplicit');
  });
});

/** Sends half, says so, and waits before the rest. */
function halting(begun: () => void, finish: Promise<void>): InstanceToSend {
  const image = madeImage({ pixels: Buffer.alloc(400_000) });
  async function* halves(): AsyncGenerator<Buffer> {
    yield image.bytes.subarray(0, 200_000);
    begun();
    await finish;
    yield image.bytes.subarray(200_000);
  }
  return { ...image, dataSet: halves };
}
