// An entry of its own: whoever needs settings alone loads no Nest.
export {
  busOptions,
  busSettings,
  databaseSettings,
  hostSettings,
  type HostSettings,
  keysSettings,
  type LongestWork,
  storeSettings,
} from './settings/fragments.js';
export { type Environment, readSettings } from './settings/read-settings.js';
