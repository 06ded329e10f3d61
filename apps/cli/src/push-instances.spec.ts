import { SluiceError } from '@sluice/contracts';
import { createListener, type InstanceToSend, type Listener } from '@sluice/dicom';
import { afterEach, expect, it } from 'vitest';
import { pushInstances } from './push-instances.js';

const CT_IMAGE = '1.2.840.10008.5.1.4.1.1.2';
let listener: Listener;
let seen: string[];
afterEach(() => listener.close({ graceMs: 0 }));

/** A listener that notes what it is given and aborts the association the first time it meets `breaksOn`. */
async function listen(breaksOn?: string): Promise<void> {
  seen = [];
  listener = await createListener({
    host: '127.0.0.1',
    port: 0,
    handlers: {
      associate: () => Promise.resolve({ accept: true }),
      choose: (_association, context) => context.transferSyntaxes[0],
      store: async ({ sopInstanceUID, dataSet }) => {
        for await (const chunk of dataSet) void chunk;
        seen.push(sopInstanceUID);
        const times = seen.filter((uid) => uid === sopInstanceUID).length;
        if (sopInstanceUID === breaksOn && times === 1) throw new SluiceError('DICOM_LISTEN_FAILED');
        return { status: 0 };
      },
      ended: () => Promise.resolve(),
    },
  });
}

async function* bytes(): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.alloc(64));
}

const instance = (number: number): InstanceToSend => ({
  sopClassUID: CT_IMAGE,
  sopInstanceUID: `2.25.${number}`,
  transferSyntaxUID: '1.2.840.10008.1.2.1',
  dataSet: bytes,
});
const peer = () => ({ host: '127.0.0.1', port: listener.port, callingAE: 'LOCAL', calledAE: 'SLUICE' });

it('sends each instance once, also beside one that cannot be sent', async () => {
  await listen();
  const bad = { ...instance(9), sopInstanceUID: 'no UID' };
  const pushed = await pushInstances(peer(), [instance(1), instance(2), bad], { associations: 2 });
  expect(pushed.map(({ outcome }) => outcome)).toEqual(['stored', 'stored', 'unsendable']);
  expect(seen.sort()).toEqual(['2.25.1', '2.25.2']);
});

it('offers all of them once more when the first of them broke the only association', async () => {
  await listen('2.25.1');
  const pushed = await pushInstances(peer(), [instance(1), instance(2), instance(3)], { associations: 1 });
  expect(pushed.map(({ outcome }) => outcome)).toEqual(['stored', 'stored', 'stored']);
  expect(seen).toEqual(['2.25.1', '2.25.1', '2.25.2', '2.25.3']);
});

it('a peer that is gone in between: what it took stands, the rest is reported', async () => {
  await listen('2.25.2');
  const results = pushInstances(peer(), [instance(1), instance(2), instance(3)], {
    associations: 1,
    onResult: ({ code }) => void (code && listener.close({ graceMs: 0 })),
  });
  expect((await results).map(({ outcome }) => outcome)).toEqual(['stored', 'refused', 'refused']);
});

it('offers what an association lost once more, and nothing else', async () => {
  await listen('2.25.2');
  const pushed = await pushInstances(peer(), [instance(1), instance(2), instance(3)], { associations: 1 });
  expect(pushed.map(({ outcome }) => outcome)).toEqual(['stored', 'stored', 'stored']);
  expect(seen).toEqual(['2.25.1', '2.25.2', '2.25.2', '2.25.3']);
});
