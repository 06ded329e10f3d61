import { table } from '../../bench/report/table.ts';
import { bytesPerDay, instancesPerDay, studiesPerDay, sumOf } from '../network/day.ts';
import type { BackingNeed, Rate } from '../network/backing-needs.ts';
import type { Inputs } from '../network/inputs.ts';
import type { InstallationNeed } from '../network/service-needs.ts';
import { duration, figure } from './numbers.ts';

/** What comes in a day, by kind of scanner. */
export function loadText({ modalities }: Inputs): string {
  const rows = modalities.map((one) => [
    one.name,
    ...[one.scanners, studiesPerDay(one), instancesPerDay(one), bytesPerDay(one) / 1e9].map(figure),
    one.look ? `read for text, ${figure(one.look.megapixels)} MP` : '',
  ]);
  const all = [
    '**all**',
    ...[
      sumOf(modalities, ({ scanners }) => scanners),
      sumOf(modalities, studiesPerDay),
      sumOf(modalities, instancesPerDay),
      sumOf(modalities, bytesPerDay) / 1e9,
    ].map(figure),
    '',
  ];
  return table(['', 'scanners', 'studies/day', 'instances/day', 'GB/day', 'pixels'], [...rows, all]);
}

/** Replicas, cores, memory and lag of each service under one installation. */
export function servicesText({ installation, services }: InstallationNeed): string {
  const rows = services.map(({ name, replicas, cores, memoryGiB, lag, broken }) => [
    name,
    `${replicas.least} - ${replicas.most} (${figure(replicas.mean)})`,
    `${figure(cores.mean)}, ${figure(cores.most)}`,
    figure(memoryGiB),
    [lag.p50, lag.p95, lag.most].map(duration).join(', '),
    duration(broken.most),
    Number.isFinite(broken.caughtUpMinutes) ? duration(60 * broken.caughtUpMinutes) : 'not that day',
  ]);
  return [
    `### ${installation.name[0]?.toUpperCase()}${installation.name.slice(1)}`,
    table(
      [
        'service',
        'replicas, least - most (mean)',
        'cores, mean, most',
        'memory at the most, GiB',
        'lag p50, p95, most',
        'longest wait on the broken day',
        'caught up after',
      ],
      rows,
    ),
  ].join('\n\n');
}

/** Requests a second of one partitioned prefix (Amazon S3 user guide, performance). */
const [PREFIX_WRITES, PREFIX_READS] = [3_500, 5_500];

/** What the servers behind it are asked. */
export function backingText(need: BackingNeed, inputs: Inputs): string {
  const row = (what: string, { mean, hour, burst }: Rate): string[] => [
    what,
    ...[mean, hour, burst].map(figure),
  ];
  const { kafka, store, keys, database, model } = need;
  return [
    table(
      ['a second', 'mean of the day', 'busiest hour', 'burst in it'],
      [
        row('studies', need.studies),
        row('instances', need.instances),
        row('MB received', need.megabytes),
        row('Kafka records', kafka.records),
        row('Kafka MB, before replication', kafka.megabytes),
        row('S3 puts', store.puts),
        row('S3 gets and heads', store.gets),
        row('S3 deletes', store.deletes),
        row('KMS calls, keys cached, at the most', keys.cached),
        row('KMS calls, were nothing cached', keys.uncached),
        row('PostgreSQL rows written', database.rows),
        row('PostgreSQL transactions', database.transactions),
        row('images for a model', model.images),
      ],
    ),
    [
      `- Kafka keeps ${figure(kafka.storedTB)} TB (30 days, three copies).`,
      `- S3 grows by ${figure(store.terabytesPerYear)} TB and ${figure(store.objectsPerYear / 1e6)} million objects a year (raw and clean; ${inputs.daysPerYear} days).`,
      `- S3, in a burst: puts and deletes are ${share(store.puts.burst + store.deletes.burst, PREFIX_WRITES)} of what AWS promises for one partitioned prefix (3,500 a second), gets ${share(store.gets.burst, PREFIX_READS)} (5,500). Names are keyed digests, so that a prefix can be split.`,
      `- KMS: the default quota for symmetric operations is ${figure(inputs.kmsQuotaPerSecond)} a second where AWS grants no more. A burst takes ${share(keys.cached.burst, inputs.kmsQuotaPerSecond)} of it with cached keys, ${share(keys.uncached.burst, inputs.kmsQuotaPerSecond)} without.`,
      `- Servers: those of the tests (one Kafka, versitygw, moto, one PostgreSQL) would use ${figure(need.serverCores)} cores in the busiest hour.`,
      `- A model on CPU needs ${figure(model.cores)} cores in the busiest hour (${figure(inputs.model.imagesPerSecondPerCore)} images/s a core: ${inputs.model.from}).`,
    ].join('\n'),
  ].join('\n\n');
}

const share = (calls: number, limit: number): string => `${figure((100 * calls) / limit)} %`;
