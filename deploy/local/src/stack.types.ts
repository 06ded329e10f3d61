import type { ServiceName, Way } from './names.js';
import type { StackRecord } from './record.js';

/** Receives one line of progress. */
export type Say = (line: string) => void;

/** One running server on 127.0.0.1. After `kill` or `stop`, `start` brings it back on the same port with the same data. */
export interface Backing {
  readonly name: ServiceName;
  readonly port: number;
  /** As a client writes it: `host:port`, `s3://...`, `aws-kms:...`, `postgres://...`. */
  readonly url: string;
  /** Process id; undefined while down and for containers. */
  readonly pid: number | undefined;
  /** Starts and waits until ready. Nothing happens when it runs already. */
  start(): Promise<void>;
  /** Resolves once the server answers its real protocol, throws after a minute. */
  ready(): Promise<void>;
  /** The hard way: SIGKILL, then waits until the process is gone. */
  kill(): Promise<void>;
  /** The polite way, SIGKILL after ten seconds. */
  stop(): Promise<void>;
}

/** Running backing services and the environment that leads clients to them. */
export interface Stack<S extends ServiceName = ServiceName> {
  readonly way: Way;
  /** SLUICE_TEST_* coordinates and AWS_* credentials. */
  readonly env: Record<string, string>;
  readonly services: Record<S, Backing>;
  stop(): Promise<void>;
}

export interface StackOptions<S extends ServiceName = ServiceName> {
  /** Everything the servers write lies here, and is found again by the next start. */
  readonly folder: string;
  /** Default: all four. */
  readonly services?: readonly S[];
  /** Default: those of the last start if still free, otherwise free ones. */
  readonly ports?: Partial<Record<ServiceName, number>>;
  /** Default: containers where a Docker engine answers. */
  readonly way?: Way;
  /** True leaves the servers running when this process ends. */
  readonly detached?: boolean;
  readonly say?: Say;
}

/** What each way of starting one service is given. */
export interface StartContext {
  /** The stack's, absolute. */
  readonly folder: string;
  /** Both ways write ports and what runs into it. */
  readonly record: StackRecord;
  readonly detached: boolean;
  readonly say: Say;
}
