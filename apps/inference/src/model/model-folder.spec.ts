import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, symlink, writeFile, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { REFERENCE_KEY, REFERENCE_SIGNATURE } from '../testing/reference-signature.table.js';
import { tinyModel } from '../testing/tiny-model.js';
import { digestFolder, type ModelTrust, readModelFolder } from './model-folder.js';
import { signFiles, SIGNATURE_FILE } from './signature.js';

const pair = (namedCurve: string) =>
  generateKeyPairSync('ec', {
    namedCurve,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
const KEY = pair('P-256');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-model-'));
  await writeFile(join(folder, 'model.onnx'), tinyModel());
  await writeFile(join(folder, 'contract.json'), '{}');
});
afterEach(() => rm(folder, { recursive: true }));

const sign = async (privateKey = KEY.privateKey) =>
  writeFile(join(folder, SIGNATURE_FILE), signFiles('tiny', await digestFolder(folder), privateKey));
const read = (trust: ModelTrust = { publicKey: KEY.publicKey }) =>
  readModelFolder(folder, trust).then(
    ({ signed }) => `read, ${signed ? 'signed' : 'unsigned'}`,
    (error: { code: string }) => error.code,
  );

describe('a model folder', () => {
  it.each(['P-256', 'P-384', 'P-521'])('signed by a key over %s is read', async (curve) => {
    const { privateKey, publicKey } = pair(curve);
    await sign(privateKey);
    expect(await read({ publicKey })).toBe('read, signed');
  });

  it('signed by the reference implementation of model signing is read', async () => {
    await writeFile(join(folder, SIGNATURE_FILE), REFERENCE_SIGNATURE);
    expect(await read({ publicKey: REFERENCE_KEY })).toBe('read, signed');
  });

  it('without a signature is not, unless no key is asked for', async () => {
    expect(await read()).toBe('INFERENCE_MODEL_UNSIGNED');
    expect(await read({})).toBe('read, unsigned');
  });

  it('signed by somebody else is not', async () => {
    await sign(pair('P-256').privateKey);
    expect(await read()).toBe('INFERENCE_MODEL_UNSIGNED');
  });

  it.each([
    ['its contract is changed', () => writeFile(join(folder, 'contract.json'), '{"threshold":0}')],
    ['its model is changed', () => writeFile(join(folder, 'model.onnx'), tinyModel({ bias: 1 }))],
    ['a file is added', () => writeFile(join(folder, 'more.json'), '{}')],
    [
      'a file is missing',
      async () => {
        await writeFile(join(folder, 'card.md'), 'x');
        await sign();
        await rm(join(folder, 'card.md'));
      },
    ],
  ])('is not, when %s after it was signed', async (_what, change) => {
    await sign();
    await change();
    expect(await read()).toBe('INFERENCE_MODEL_UNSIGNED');
  });

  it('is not, when its signature is bent', async () => {
    await sign();
    const bundle = JSON.parse(await readFile(join(folder, SIGNATURE_FILE), 'utf8')) as {
      dsseEnvelope: { payload: string };
    };
    const payload = Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString().replace('tiny', 'tinz');
    bundle.dsseEnvelope.payload = Buffer.from(payload).toString('base64');
    for (const bent of [JSON.stringify(bundle), 'no json', '{}', '[]'.repeat(9)]) {
      await writeFile(join(folder, SIGNATURE_FILE), bent);
      expect(await read()).toBe('INFERENCE_MODEL_UNSIGNED');
    }
  });

  it('is the pinned one, or is not read', async () => {
    const digest = createHash('sha256').update(tinyModel()).digest('hex');
    expect(await read({ digest })).toBe('read, unsigned');
    expect(await read({ digest: 'f'.repeat(64) })).toBe('INFERENCE_MODEL_DIGEST_WRONG');
  });

  it('that is not there, or lacks a file, is missing', async () => {
    expect(
      await readModelFolder(join(folder, 'none'), {}).catch((error: { code: string }) => error.code),
    ).toBe('INFERENCE_MODEL_MISSING');
    await rm(join(folder, 'model.onnx'));
    expect(await read({})).toBe('INFERENCE_MODEL_MISSING');
  });

  it('with a link in it, or a model with data elsewhere, is unsafe', async () => {
    await symlink('/etc/hostname', join(folder, 'weights.bin'));
    expect(await read({})).toBe('INFERENCE_MODEL_UNSAFE');
    await rm(join(folder, 'weights.bin'));
    await writeFile(join(folder, 'model.onnx'), tinyModel({ external: true }));
    expect(await read({})).toBe('INFERENCE_MODEL_UNSAFE');
  });
});
