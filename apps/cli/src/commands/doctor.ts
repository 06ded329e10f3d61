import { readSettings } from '@sluice/service';
import { EXIT, parse, usage, type Command } from '../command.js';
import { checkUp, type Row } from '../doctor/check-up.js';
import { DoctorSettings } from '../doctor/settings.js';

const OPTIONS = {
  echo: { type: 'string', multiple: true },
  from: { type: 'string' },
  service: { type: 'string', multiple: true },
  versioning: { type: 'boolean' },
  'object-lock': { type: 'boolean' },
} as const;

/** `sluice doctor`: whether an installation has what it rests on, and what to do where not. */
export const doctor: Command = {
  summary:
    'settings, peers, corridor, store, keys and database of an installation, with a fix for each red row',
  usage: ['doctor [--service URL]... [--echo AE@host:port]... [--from AE] [--versioning] [--object-lock]'],
  async run(args, output, { isOwn }) {
    const { values } = parse(args, OPTIONS);
    // From inside it would tell whoever may ask what answers in the cluster's network.
    if (!isOwn && (values.service ?? values.echo ?? values.from) !== undefined)
      throw usage('--service, --echo and --from are not for the admin door');
    const rows = await checkUp(readSettings(DoctorSettings), {
      echo: values.echo ?? [],
      callingAE: values.from ?? 'SLUICE',
      services: values.service ?? [],
      versioning: values.versioning ?? false,
      objectLock: values['object-lock'] ?? false,
    });
    output.table(output.json ? rows.map((row) => ({ ...row })) : rows.map(lineOf));
    const red = rows.filter((row) => row.state === 'bad').length;
    output.say(red === 0 ? 'nothing is red' : `${red} red`);
    return red === 0 ? EXIT.done : EXIT.incomplete;
  },
};

function lineOf({ at, check, state, found, fix }: Row): Readonly<Record<string, string>> {
  return { at, check, state: state === 'bad' ? 'RED' : state, found, fix: fix ?? '' };
}
