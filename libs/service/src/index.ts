export type { Check, Health, Readiness } from './health/health.js';
export type { Door, Host } from './host.js';
export { errorFields } from './logs/error-fields.js';
export type { FieldName, LogFields } from './logs/fields.js';
export type { Log, LogLevel } from './logs/log.js';
export { type MetricEntry, METRICS } from './metrics/catalogue.js';
export { doorCalls, type DoorCall } from './metrics/door-calls.js';
export type { Metrics } from './metrics/metrics.js';
export { watchClock } from './metrics/watch-clock.js';
export { type HttpsListener } from './nest/listen.js';
export { HOST } from './nest/host-token.js';
export { stageModule } from './nest/stage.module.js';
export { describeSettings, type SettingRow, settingsTable } from './settings/describe-settings.js';
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
export { announce } from './stage/announce.js';
export { defineStage, type NextEvent, type Stage, type StageHandler } from './stage/define-stage.js';
export { completeEvent, eventOf } from './stage/event-of.js';
export { runStage, type StageOptions } from './stage/run-stage.js';
export { collectGarbageLessOften } from './heap.js';
export { type Application, type Running, start, type Surroundings } from './start.js';
export type { SpanOptions, Traces } from './traces/traces.js';
