import { defineErrors } from './entry.js';

/** Codes of the room `service`. */
export const SERVICE_ERRORS = defineErrors({
  SERVICE_CONFIG_INVALID: {
    kind: 'fatal',
    hint: 'Settings are missing or wrong; each is listed by name. Correct them and start again.',
  },
  SERVICE_STAGE_INCOMPLETE: {
    kind: 'fatal',
    hint: 'A service does not hear or say what the topics table gives it: this build is wrong, install another.',
  },
});
