import type { Command } from '../command.js';
import { deadLetters } from '../commands/dead-letters.js';
import { doctor } from '../commands/doctor.js';
import { exportObjects } from '../commands/export.js';
import { inventory } from '../commands/inventory.js';
import { publicKey } from '../commands/public-key.js';
import { quarantine } from '../commands/quarantine.js';
import { status } from '../commands/status.js';

/** What the admin door runs for a person: commands about the installation. What works on files of the person's own machine is not here. */
export const AT_THE_DOOR: Readonly<Record<string, Command>> = {
  status,
  export: exportObjects,
  'public-key': publicKey,
  'dead-letters': deadLetters,
  quarantine,
  doctor,
  inventory,
};
