import 'reflect-metadata';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { collectGarbageLessOften, collectWhenIdle } from './heap.js';
import { type Host, type HostOptions, openHost, type OwnedHost } from './host.js';
import { openLog } from './logs/log.js';
import { watchCertificates } from './metrics/watch-certificates.js';
import { hostModule } from './nest/host.module.js';
import { type HttpsDoor, type HttpsListener, listenHttp, listenHttps } from './nest/listen.js';
import { nestLog } from './nest/nest-log.js';
import { watchProcess } from './process.js';
import type { HostSettings } from './settings/fragments.js';
import { type Environment, readSettings, type SettingsSchema } from './settings/read-settings.js';
import { openStop } from './stop.js';

/** What a process is made of. */
export interface Application<S extends HostSettings> {
  /** Holds at least `hostSettings`. */
  readonly settings: SettingsSchema<S>;
  /** Opens the doors (`host.door`) and wires the use cases; called once, before anything listens. */
  readonly module: (settings: S, host: Host) => DynamicModule | Promise<DynamicModule>;
  /** A second listener for the same routes, over TLS; none when it returns undefined. */
  readonly https?: (settings: S) => HttpsListener | undefined;
  /** Settings of certificates that may be renewed in their files while the process runs. */
  readonly renews?: readonly (keyof S & string)[];
}

/** Where a process runs; tests bring their own. */
export interface Surroundings extends Pick<HostOptions, 'logTo' | 'exporter' | 'lookEveryMs'> {
  readonly environment?: Environment;
  /** Ends the process. */
  readonly exit?: (code: number) => void;
  /** The process is its own: listens for its signals and uncaught errors, and sizes its heap. Default true. */
  readonly watch?: boolean;
}

/** A started process. */
export interface Running {
  readonly host: Host;
  /** Port of health and metrics. */
  readonly port: number;
  /** Port of the second listener, over TLS, when the application has one. */
  readonly httpsPort: number | undefined;
  /** Not ready, drain, close the doors, then `exit(0)`; `exit(1)` when that fails or takes longer than SHUTDOWN_GRACE_MS. */
  stop(): Promise<void>;
}

/**
 * Starts a process: settings, doors, Nest, HTTP, signals. What stops it is logged by code and ends it with exit code 1.
 * @throws only when `surroundings.exit` returns after a failed start
 */
export async function start<S extends HostSettings>(
  name: string,
  application: Application<S>,
  surroundings: Surroundings = {},
): Promise<Running> {
  const exit = surroundings.exit ?? ((code) => process.exit(code));
  const settings = settingsOrExit(name, application.settings, { ...surroundings, exit });
  const owned = openHost(name, {
    settings,
    logTo: surroundings.logTo,
    exporter: surroundings.exporter,
    environment: surroundings.environment,
    lookEveryMs: surroundings.lookEveryMs,
    onFatal: () => exit(1),
  });
  watchCertificates(owned.host.metrics, settings);
  watchReadiness(owned.host);
  const stop = openStop(owned, { exit, graceMs: settings.SHUTDOWN_GRACE_MS });
  if (surroundings.watch !== false) {
    collectGarbageLessOften();
    collectWhenIdle();
  }
  const unwatch = surroundings.watch === false ? undefined : watchProcess(owned, stop);
  try {
    const app = await compose(application, settings, owned);
    const port = await listenHttp(app, settings.HTTP_PORT, settings.HTTP_HOST);
    const https = await listenHttps(app, application.https?.(settings), owned.closing);
    renewCertificates(application, settings, { host: owned.host, https });
    owned.host.health.open();
    owned.host.log.info('started', { port, pid: process.pid });
    return { host: owned.host, port, httpsPort: https?.port, stop: () => stop.now('asked').finally(unwatch) };
  } catch (thrown) {
    await owned.fatal(thrown);
    throw thrown;
  }
}

function renewCertificates<S extends HostSettings>(
  { https, renews = [] }: Application<S>,
  settings: S,
  running: { host: Host; https: HttpsDoor | undefined },
): void {
  running.host.onRenewed(renews, (texts) => {
    const renewed = { ...settings, ...texts };
    const listener = https?.(renewed);
    if (listener) running.https?.renew(listener);
    watchCertificates(running.host.metrics, renewed);
    running.host.log.info('certificates renewed');
  });
}

function watchReadiness({ metrics, health }: Host): void {
  const gauge = metrics.gauge('ready');
  metrics.beforeScrape(async () => gauge.set((await health.ready()).ready ? 1 : 0));
}

function settingsOrExit<S extends HostSettings>(
  name: string,
  schema: SettingsSchema<S>,
  { environment, logTo, exit }: Surroundings,
): S {
  try {
    return readSettings(schema, environment);
  } catch (thrown) {
    openLog({ room: name, ...(logTo && { to: logTo }) }).error('settings are wrong', thrown);
    exit?.(1);
    throw thrown;
  }
}

async function compose<S extends HostSettings>(
  application: Application<S>,
  settings: S,
  { host, closing }: OwnedHost,
): Promise<NestExpressApplication> {
  const rooms = await application.module(settings, host);
  const app = await NestFactory.create<NestExpressApplication>(hostModule(host, rooms), {
    logger: nestLog(host.log),
    abortOnError: false,
    bodyParser: false,
  });
  app.disable('x-powered-by');
  closing.onClose(() => app.close());
  return app;
}
