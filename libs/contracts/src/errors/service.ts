import { defineErrors } from './entry.js';

/** Codes of the room `service`. */
export const SERVICE_ERRORS = defineErrors({
  SERVICE_CONFIG_INVALID: { kind: 'fatal', hint: 'Settings are missing or wrong; each is listed by name. Correct them and start again.' },
});
