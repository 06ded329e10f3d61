import { type Health, openHealth } from './health/health.js';
import type { HostSettings } from './settings/fragments.js';
import { type Log, openLog } from './logs/log.js';
import { countedDoor, doorCalls } from './metrics/door-calls.js';
import { type Metrics, openMetrics } from './metrics/metrics.js';
import { type Closing, openClosing } from './closing.js';
import { type Environment, settingFiles } from './settings/read-settings.js';
import { type Texts, watchFiles } from './settings/watch-files.js';
import { exportBy, type Exporting, exportTo } from './traces/exporting.js';
import { openTraces, type Traces } from './traces/traces.js';

type SpanExporter = Parameters<typeof exportBy>[1];
type LogTarget = NonNullable<Parameters<typeof openLog>[0]['to']>;

/** A door as the host sees it. */
export interface Door {
  probe?(): Promise<void>;
  close(): Promise<void>;
}

/** What a process lends to its rooms; made once per process, one view per room. */
export interface Host {
  /** The room: image, consumer group, client id, metric label. */
  readonly name: string;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly traces: Traces;
  /**
   * Takes charge of a door: probed for readiness, closed last at shutdown, in reverse order. Returns it, with calls of `counted`
   * methods counted and timed (`door_calls_total`).
   */
  door<D extends Door>(name: string, door: D, counted?: readonly (keyof D & string)[]): D;
  /** Runs first at shutdown, all at once: take no more work, finish what is in hand. */
  onDrain(work: () => Promise<void>): void;
  /** Runs after draining, one after the other, the last registered first. */
  onClose(work: () => Promise<void>): void;
  /** Runs before the process ends by its own decision, also in a hurry (a fatal error, a late stop): 1.5 s at most, beside the others. */
  onLeave(work: () => Promise<void>): void;
  /**
   * Calls `take` with the texts of these settings when one of their files (`NAME_FILE`) has changed: a renewed certificate. What it
   * throws is logged, and the old one stays in use.
   */
  onRenewed(names: readonly string[], take: (texts: Texts) => void): void;
  /** This process must not go on: logs the code, turns not ready, leaves, ends with exit code 1. */
  fatal(thrown: unknown): void;
  /** The same process, seen by another room (standalone). */
  forRoom(room: string): Host;
}

export interface HostOptions {
  /** Where the files of settings are named; `process.env` by default. */
  readonly environment?: Environment | undefined;
  /** How often those files are looked at. */
  readonly lookEveryMs?: number | undefined;
  readonly settings: Pick<HostSettings, 'LOG_LEVEL' | 'OTLP_URL'>;
  /** Where log lines go; standard output when missing. */
  readonly logTo?: LogTarget | undefined;
  /** Takes the place of the collector. */
  readonly exporter?: SpanExporter | undefined;
  /** Ends the process after a fatal error. */
  readonly onFatal: () => void;
}

/** A host and what only its owner may do with it. */
export interface OwnedHost {
  readonly host: Host;
  readonly closing: Closing;
  /** `host.fatal` for who must wait for the end. */
  fatal(thrown: unknown): Promise<void>;
  /** Nobody caught it: ends at once, so that what was in hand counts as a death (law 9). */
  crash(thrown: unknown): void;
}

/** Makes the host of this process. */
export function openHost(name: string, options: HostOptions): OwnedHost {
  const exporting = exportingOf(name, options);
  const closing = openClosing();
  if (exporting) closing.onClose(() => exporting.close());
  const whole: Whole = {
    log: openLog({
      room: name,
      level: options.settings.LOG_LEVEL,
      ...(options.logTo && { to: options.logTo }),
    }),
    metrics: openMetrics(name),
    traces: openTraces(name, exporting?.tracer),
    health: openHealth(),
    closing,
    environment: options.environment,
    lookEveryMs: options.lookEveryMs,
    onFatal: options.onFatal,
  };
  const host = hostOf(name, whole);
  return {
    host,
    closing,
    fatal: (thrown) => endByFatal(host, whole, thrown),
    crash: (thrown) => {
      giveUp(host, thrown);
      whole.onFatal();
    },
  };
}

function giveUp(host: Host, thrown: unknown): void {
  host.health.fail();
  host.log.error('this process must not go on', thrown);
}

async function endByFatal(host: Host, { closing, onFatal }: Whole, thrown: unknown): Promise<void> {
  giveUp(host, thrown);
  await closing.leave();
  onFatal();
}

interface Whole extends Pick<Host, 'log' | 'metrics' | 'traces' | 'health'> {
  readonly environment: Environment | undefined;
  readonly lookEveryMs: number | undefined;
  readonly closing: Closing;
  readonly onFatal: () => void;
}

function hostOf(name: string, whole: Whole): Host {
  const { closing, health } = whole;
  const host: Host = {
    name,
    log: whole.log.forRoom(name),
    health,
    metrics: whole.metrics.forRoom(name),
    traces: whole.traces.forRoom(name),
    door: (doorName, door, counted = []) => {
      const { probe } = door;
      if (probe) health.add(`${name}.${doorName}`, () => probe.call(door));
      closing.onClose(() => door.close());
      if (counted.length === 0) return door;
      return countedDoor(door, { name: doorName, methods: counted, report: doorCalls(host.metrics) });
    },
    onDrain: closing.onDrain,
    onClose: closing.onClose,
    onLeave: closing.onLeave,
    onRenewed: (names, take) => {
      const refused = (thrown: unknown): void => host.log.error('renewed settings are refused', thrown);
      const end = watchFiles(
        { files: settingFiles(names, whole.environment), take, refused },
        whole.lookEveryMs,
      );
      closing.onClose(async () => end());
    },
    fatal: (thrown) => void endByFatal(host, whole, thrown),
    forRoom: (room) => hostOf(room, whole),
  };
  return host;
}

function exportingOf(name: string, options: HostOptions): Exporting | undefined {
  if (options.exporter) return exportBy(name, options.exporter);
  return options.settings.OTLP_URL ? exportTo(name, options.settings.OTLP_URL) : undefined;
}
