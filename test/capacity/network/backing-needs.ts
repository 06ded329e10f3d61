import { chartRules } from '../chart-rules.ts';
import { OBJECTS } from '../corridor.ts';
import { lastPush, type Measured, STAGES } from '../measured.ts';
import { bytesPerDay, DAY_SECONDS, instancesPerDay, studiesPerDay, sumOf } from './day.ts';
import type { Inputs, InstallationInputs } from './inputs.ts';
import { meanCost } from './network.ts';

/** Instances of one person's study in the measured push: one unwrapping of a secret served so many. */
const MEASURED_STUDY = 50;
/** Something per second: at the mean of the day, in its busiest hour, and in a burst of that hour. */
export interface Rate {
  readonly mean: number;
  readonly hour: number;
  readonly burst: number;
}

/** What the network asks of Kafka, S3, key service and PostgreSQL. */
export interface BackingNeed {
  readonly instances: Rate;
  readonly studies: Rate;
  readonly megabytes: Rate;
  readonly kafka: { readonly records: Rate; readonly megabytes: Rate; readonly storedTB: number };
  readonly store: {
    readonly puts: Rate;
    readonly gets: Rate;
    readonly deletes: Rate;
    readonly terabytesPerYear: number;
    readonly objectsPerYear: number;
  };
  readonly keys: { readonly cached: Rate; readonly uncached: Rate };
  readonly database: { readonly rows: Rate; readonly transactions: Rate };
  /** Cores of the servers, in the busiest hour, as those of the tests used them. */
  readonly serverCores: number;
  readonly model: { readonly images: Rate; readonly cores: number };
}

/** Retention of corridor topics (libs/contracts, topics.ts) and copies of each record. */
const [RETENTION_DAYS, REPLICATION] = [30, 3];

export function backingOf(inputs: Inputs, measured: Measured, installation: InstallationInputs): BackingNeed {
  const { modalities, daysPerYear } = inputs;
  const { calls, kafka, rows, transactions } = lastPush(measured);
  const perDay = sumOf(modalities, instancesPerDay);
  const shape = shapeOf(inputs);
  const each = (perInstance: number): Rate => scaled(shape, (perDay * perInstance) / DAY_SECONDS);
  const studies = scaled(shape, sumOf(modalities, studiesPerDay) / DAY_SECONDS);
  const bytes = sumOf(modalities, bytesPerDay);
  const images = scaled(
    shape,
    sumOf(modalities, (one) => instancesPerDay(one) * one.modelShare) / DAY_SECONDS,
  );
  const servers = sumOf([...STAGES], (stage) => meanCost(inputs, measured, stage).servers);
  return {
    instances: each(1),
    studies,
    megabytes: scaled(shape, bytes / 1e6 / DAY_SECONDS),
    kafka: {
      records: each(kafka.records),
      megabytes: each(kafka.bytes / 1e6),
      storedTB: (perDay * kafka.bytes * RETENTION_DAYS * REPLICATION) / 1e12,
    },
    store: {
      puts: each(callsOf(calls, /^\w+ store put/)),
      gets: each(callsOf(calls, /^\w+ store (get|head|describe)/)),
      deletes: each(callsOf(calls, /^\w+ store delete/)),
      terabytesPerYear: (bytes * OBJECTS * daysPerYear) / 1e12,
      objectsPerYear: perDay * OBJECTS * daysPerYear,
    },
    keys: {
      cached: keyCalls(measured, installation, studies),
      uncached: each(callsOf(calls, /^\w+ sealing /)),
    },
    database: { rows: each(rows), transactions: each(transactions) },
    serverCores: each(1).hour * servers,
    model: { images, cores: images.hour / inputs.model.imagesPerSecondPerCore },
  };
}

/** Each process unwraps a person's secrets for itself: at the worst every process touches every study. */
function keyCalls(measured: Measured, installation: InstallationInputs, studies: Rate): Rate {
  const { calls } = lastPush(measured);
  const perStudy = sumOf([...STAGES], (name) => {
    const most = installation[name].max ?? chartRules(name).rule.max;
    return callsOf(calls, new RegExp(`^${name} kms `)) * MEASURED_STUDY * most;
  });
  return scaled(studies, perStudy);
}

function callsOf(calls: Readonly<Record<string, number>>, which: RegExp): number {
  return Object.entries(calls).reduce((sum, [name, count]) => sum + (which.test(name) ? count : 0), 0);
}

/** The day's form: what hour and burst have, with a mean of 1. */
function shapeOf(inputs: Inputs): Rate {
  const whole = sumOf(inputs.day, (hour) => hour);
  const hour = (24 * Math.max(...inputs.day)) / whole;
  return { mean: 1, hour, burst: hour * inputs.burst.times };
}

function scaled({ mean, hour, burst }: Rate, by: number): Rate {
  return { mean: mean * by, hour: hour * by, burst: burst * by };
}
