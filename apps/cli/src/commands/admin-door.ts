import { start } from '@sluice/service';
import { randomBytes } from 'node:crypto';
import { AdminModule } from '../admin/admin.module.js';
import { adminHttps, AdminSettings } from '../admin/config.js';
import { tokenDigest } from '../admin/people.js';
import { EXIT, parse, usage, type Command } from '../command.js';

const TOKEN_BYTES = 32;

/** `sluice admin-door`: a process that runs commands for people elsewhere, until it is told to stop. */
export const adminDoor: Command = {
  summary: 'run commands for people elsewhere, over TLS, each recorded (docs/admin-door.md)',
  usage: ['admin-door'],
  async run(args) {
    parse(args, {});
    await start('admin-door', {
      settings: AdminSettings,
      module: AdminModule.open,
      https: adminHttps,
      renews: ['ADMIN_TLS_CERT', 'ADMIN_TLS_KEY'],
    });
    return EXIT.done;
  },
};

/** `sluice admin-token`: a token for a person, and the line of ADMIN_PEOPLE that knows it by its digest alone. */
export const adminToken: Command = {
  summary: 'a token for a person, and the entry of ADMIN_PEOPLE that knows it',
  usage: ['admin-token NAME [--may COMMAND]...'],
  async run(args, output) {
    const { values, positionals } = parse(args, { may: { type: 'string', multiple: true } });
    const [name] = positionals;
    if (!name) throw usage('admin-token needs NAME');
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const entry = { name, tokenSha256: tokenDigest(token), may: values.may ?? ['status'] };
    output.say(`token, for ${name} alone, shown this once:\n  ${token}`);
    output.say(`entry of ADMIN_PEOPLE:\n  ${JSON.stringify(entry)}`);
    output.value({ token, entry });
    return EXIT.done;
  },
};
