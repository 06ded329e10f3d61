import { EXIT, parse, type Command } from '../command.js';
import { withDoors } from '../doors.js';

/** `sluice public-key`: what others need to verify what this installation releases. */
export const publicKey: Command = {
  summary: 'the public key that `verify --key` takes, in PEM',
  usage: ['public-key'],
  async run(args, output, { person }) {
    parse(args, {});
    const key = await withDoors((doors) => doors.releaseKey(), { person });
    output.say(key.pem.trimEnd());
    output.value({ key: key.id, pem: key.pem });
    return EXIT.done;
  },
};
