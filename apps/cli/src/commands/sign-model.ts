import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { digestFolder } from '@sluice/inference/model/model-folder';
import { SIGNATURE_FILE, signFiles } from '@sluice/inference/model/signature';
import { EXIT, parse, usage, type Command } from '../command.js';

const MOST_KEY_BYTES = 65_536;

/** `sluice sign-model`: signs every file of a model's version (OpenSSF Model Signing, with a key) into `model.sig` beside them. */
export const signModel: Command = {
  summary: "sign a model's version with a private key (PEM, ECDSA)",
  usage: ['sign-model FOLDER --key FILE'],
  async run(args, output) {
    const { values, positionals } = parse(args, { key: { type: 'string' } });
    const [folder] = positionals;
    if (!folder || !values.key) throw usage('a folder and --key are needed');
    const key = await readFile(values.key).catch(() => undefined);
    if (!key || key.length > MOST_KEY_BYTES) throw usage('the key cannot be read');
    const digests = await digestFolder(folder);
    const name = basename(dirname(resolve(folder)));
    await writeFile(join(folder, SIGNATURE_FILE), signed(name, digests, key.toString('utf8')));
    const digest = digests.get('model.onnx');
    output.value({ name, files: digests.size, digest });
    output.say(`${digests.size} files of ${name} are signed; model.onnx has the SHA-256 ${digest ?? '-'}`);
    return EXIT.done;
  },
};

function signed(name: string, digests: ReadonlyMap<string, string>, key: string): string {
  try {
    return signFiles(name, digests, key);
  } catch {
    throw usage('the key is no private ecdsa key over p-256, p-384 or p-521');
  }
}
