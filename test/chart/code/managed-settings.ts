import { ROOMS } from './rooms.js';

/** Set by the chart out of other values, or by files of Secrets; the ports are the code's own. */
const MANAGED =
  /^(HTTP_HOST|DIMSE_HOST|OTLP_URL|\w+_PORT|(BUS|STORE|KEYS|DATABASE)_URL|KAFKA_\w+|PEERS|TLS_\w+|INFERENCE_(MODELS|MODEL_KEY|DEVICE)|ARCHIVAL_AWAITS_INFERENCE|ADMIN_(HOST|PEOPLE|TLS_\w+))$/;

/** Settings of a room that an operator cannot give by name. */
export const managedSettings = (room: string): readonly string[] =>
  Object.keys(ROOMS[room]?.settings.shape ?? {}).filter((name) => MANAGED.test(name));
