import { ERRORS, type ErrorCode, type ReleaseProof } from '@sluice/contracts';
import { EXIT, parse, usage, type Command } from '../command.js';
import { withDoors } from '../doors.js';
import type { Output } from '../output.js';
import { checkRelease, refusalOf, type ReleaseChecks } from '../release/check-release.js';
import { readKeyFile, readObject, readProof } from '../release/read-release.js';

/** `sluice verify`: what was done to a released object, proven with the public key alone. */
export const verify: Command = {
  summary:
    'check a released object against its note; offline with --key, else with the key of this installation',
  usage: ['verify NOTE OBJECT [--key PUB.pem]'],
  async run(args, output) {
    const { values, positionals } = parse(args, { key: { type: 'string' } });
    const [noteFile, objectFile, ...more] = positionals;
    if (!noteFile || !objectFile || more.length > 0) throw usage('verify needs NOTE and OBJECT');
    const proof = await readProof(noteFile);
    const object = await readObject(objectFile);
    const key = values.key ? await readKeyFile(values.key) : await withDoors((doors) => doors.releaseKey());
    const checks = checkRelease(proof, object, key);
    const code = refusalOf(checks);
    print(output, proof, { checks, code });
    return code ? EXIT.incomplete : EXIT.done;
  },
};

interface Result {
  readonly checks: ReleaseChecks;
  readonly code: ErrorCode | undefined;
}

function print(output: Output, proof: ReleaseProof, { checks, code }: Result): void {
  const { note, leaf, signed } = proof;
  output.value({ proven: code === undefined, code, checks, key: signed.root.key, note });
  if (output.json) return;
  output.table([
    row('object', `SHA-256 ${short(note.after.sha256)}, ${note.after.sizeBytes} bytes`, checks.object),
    row('note', `leaf ${short(leaf.hash)}`, checks.note),
    row(
      'proof',
      `leaf ${leaf.index + 1} of ${signed.root.notes} under root ${short(signed.root.root)}`,
      checks.proof,
    ),
    row(
      'signature',
      `root and manifest ${short(signed.root.manifest)}, version ${signed.root.version}`,
      checks.signature,
    ),
    row('key', short(signed.root.key), checks.key),
  ]);
  output.say(code ? `\nNOT PROVEN: ${code}\n${ERRORS[code].hint}` : `\nproven: ${told(note)}`);
}

const row = (link: string, says: string, holds: boolean) => ({
  link,
  says,
  result: holds ? 'holds' : 'BROKEN',
});
const short = (hash: string): string => `${hash.slice(0, 16)}…`;

/** What the note says, in one line. */
function told({ profile, codeVersion, actions, pixels, residual }: ReleaseProof['note']): string {
  const counts = Object.entries(actions).map(([action, count]) => `${count} ${action}`);
  return [
    `profile ${profile.name} (${short(profile.digest)}), code ${codeVersion}`,
    counts.join(', '),
    `pixels ${pixels.verdict}${pixels.by === 'none' ? '' : ` by ${pixels.by}`}, ${pixels.masks.length + pixels.unlistedMasks} masks`,
    `second look ${residual.verdict} (${residual.engines.join(', ')})`,
  ].join('; ');
}
