import { toSluiceError } from '@sluice/contracts';
import type { OwnedHost } from './host.js';
import type { Stop } from './stop.js';

/** Ties a process's signals and uncaught errors to its host. Returns how to untie them. */
export function watchProcess({ host, crash }: OwnedHost, stop: Stop): () => void {
  const onSignal = (signal: NodeJS.Signals): void =>
    void stop.now(signal === 'SIGTERM' ? 'sigterm' : 'sigint');
  const onUncaught = (thrown: unknown): void =>
    toSluiceError(thrown).kind === 'fatal' ? host.fatal(thrown) : crash(thrown);
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  process.on('uncaughtException', onUncaught).on('unhandledRejection', onUncaught);
  return () => {
    process.off('SIGTERM', onSignal).off('SIGINT', onSignal);
    process.off('uncaughtException', onUncaught).off('unhandledRejection', onUncaught);
  };
}
