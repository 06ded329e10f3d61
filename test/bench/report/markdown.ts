import type { DeidentifyFigure, FolderFigure } from '../measures/deidentify.ts';
import type { HeaderScrubFigure } from '../measures/header-scrub.ts';
import type { ProfileSummary } from '../profile.ts';
import { type Aim, aimsOf, figureOf, isMet, ratioOf } from './aims.ts';
import { inferenceText } from './inference-text.ts';
import { limitsOf } from './limits.ts';
import { missesOf } from './misses.ts';
import { figure, table } from './table.ts';
import type { Results } from './results.ts';

/** The result file that people read. */
export function markdownOf(results: Results): string {
  const { machine } = results;
  const versions = Object.entries(machine.versions).map(
    ([name, version]) => `${name} ${version.replace(`${name} `, '')}`,
  );
  const sections = [
    `# Bench of ${machine.date.slice(0, 10)}, commit ${machine.commit}`,
    [
      `- ${machine.date}, ${results.seconds.toFixed(0)} s${results.rough ? '; **rough run: smaller loads, fewer rounds**' : ''}`,
      `- ${machine.cores} cores (${machine.cpu}), ${machine.memoryGiB} GiB, ${machine.kernel}; load average before: ${machine.loadBefore}`,
      ...versions.map((line) => `- ${line}`),
      '- TCP_NODELAY=1 for every process; the sender is DCMTK storescu; fresh process and folder per case, warmed up first; medians',
    ].join('\n'),
    ...(results.missing.length > 0
      ? [`## Not measured\n\n${results.missing.map((line) => `- ${line}`).join('\n')}`]
      : []),
    `## Aims\n\n${aimTable(aimsOf(results))}`,
    missSection(results),
    limitSection(results),
    ...intakeSections(results),
    otherFigures(results),
    `## Profiles\n\nMain thread only; shares of the time it was busy while the load was pushed.\n\n${results.profiles.map(profileText).join('\n\n')}`,
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function aimTable(aims: readonly Aim[]): string {
  const rows = aims.map((aim) => {
    const bound = 'atLeast' in aim.bound ? `>= ${aim.bound.atLeast}` : `<= ${aim.bound.atMost}`;
    const { measure, ours, other, unit, against } = aim;
    return [
      measure,
      `${figure(ours)} ${unit}`,
      `${figure(other)} ${unit} (${against})`,
      ratioOf(aim).toFixed(2),
      bound,
      isMet(aim) ? 'met' : '**missed**',
    ];
  });
  return table(['Measure', 'Ours', 'Against', 'Ratio', 'Aim', ''], rows);
}

function missSection(results: Results): string {
  const misses = missesOf(results);
  if (misses.length === 0) return '';
  return `## What limits the missed aims\n\n${misses.map((line) => `- ${line}`).join('\n')}`;
}

function limitSection(results: Results): string {
  const limits = limitsOf(results);
  if (limits.length === 0) return '';
  const ms = (value: number | undefined) => (value === undefined ? '-' : value.toFixed(2));
  const rows = limits.map(({ doors, load, ours, orthanc, sender, floor, processor, servers }) => [
    `${doors}, ${load}`,
    ms(ours),
    ms(orthanc),
    ms(sender),
    ms(floor),
    ms(processor),
    servers > 0 ? ms(servers) : '-',
  ]);
  const head = ['', 'ours', 'Orthanc', 'sender alone', 'durable chain alone', 'our CPU', 'servers CPU'];
  return [
    '## What an instance is made of',
    `Milliseconds per instance. Sender alone: storescu to storescp, nothing made durable. Durable chain alone: ${results.floors
      .filter(({ inFlight }) => inFlight === 1)
      .map(({ name, words }) => `${name}: ${words}`)
      .join(
        '; ',
      )}. With one association the sender waits for each answer, so an instance takes at least both; with four, processor time of sender, receiver and servers shares ${results.machine.cores} cores.`,
    table(head, rows),
  ].join('\n\n');
}

function intakeSections({ intake, loads, receivers }: Results): string[] {
  return [...new Set(intake.map(({ group }) => group))].map((group) => {
    const figures = intake.filter((one) => one.group === group);
    const names = [...new Set(figures.map(({ receiver }) => receiver))];
    const tables = loads
      .filter(({ name }) => figures.some(({ load }) => load === name))
      .map(({ name, words }) => {
        const base = figureOf(intake, { group, receiver: 'Orthanc', load: name });
        const rows = figures
          .filter(({ load }) => load === name)
          .map((one) => [
            one.receiver,
            figure(one.instancesPerSecond),
            base ? (one.instancesPerSecond / base.instancesPerSecond).toFixed(2) : '-',
            one.cpuPerGB.toFixed(2),
            one.helpersCpuPerGB > 0 ? one.helpersCpuPerGB.toFixed(2) : '-',
            figure(one.peakRssMiB),
            one.rounds.map((round) => figure(round.instancesPerSecond)).join(', '),
          ]);
        const head = [
          '',
          'inst/s',
          'x Orthanc',
          'CPU s/GB',
          'servers CPU s/GB',
          'peak RSS MiB',
          'rounds, inst/s',
        ];
        return `### ${words}\n\n${table(head, rows)}`;
      });
    const legend = names.map((name) => `- ${name}: ${receivers[name] ?? ''}`).join('\n');
    return [`## Intake, ${group} doors`, legend, ...tables].join('\n\n');
  });
}

function otherFigures({
  machine,
  headerRewrite,
  headerScrub,
  deidentify,
  seal,
  inference,
  wholePath,
}: Results): string {
  const parts: string[] = [];
  if (headerRewrite)
    parts.push(
      `## Header rewrite\n\nCPU per 0.5 MB CT instance, ${headerRewrite.iterations} iterations each: ours ${headerRewrite.ours.toFixed(3)} ms, dcmjs ${headerRewrite.dcmjs.toFixed(3)} ms.`,
    );
  if (headerScrub) parts.push(scrubText(headerScrub));
  if (deidentify) parts.push(deidentifyText(deidentify));
  if (seal) {
    const rows = seal.map((one) => [
      `${one.sizeMB} MB`,
      figure(one.seal),
      figure(one.nodeSeal),
      (one.seal / one.nodeSeal).toFixed(2),
      figure(one.open),
      figure(one.nodeOpen),
      (one.open / one.nodeOpen).toFixed(2),
    ]);
    parts.push(
      `## Seal and open, MB/s\n\n${table(['', 'seal', 'node:crypto', 'ratio', 'open', 'node:crypto', 'ratio'], rows)}`,
    );
  }
  if (inference) parts.push(inferenceText(inference, machine.cores));
  if (wholePath)
    parts.push(
      `## Whole path\n\nStandalone, embedded doors, from the first byte to the last instance archived raw and clean: ${figure(wholePath.instancesPerSecond)} inst/s, ${wholePath.cpuPerGB.toFixed(2)} CPU s/GB; intake alone ${figure(wholePath.intakeInstancesPerSecond)} inst/s.`,
    );
  return parts.join('\n\n');
}

function scrubText({ header, digest, object, checked, dcmjs, iterations }: HeaderScrubFigure): string {
  const rows = [
    ['every rule of the basic profile, header written anew', header],
    ['SHA-256 of the output, 0.5 MB', digest],
    [
      'the whole of scrubObject but the second engine: both, read ahead, evidence, a look at the words of the output',
      object,
    ],
    [
      'the same with the second engine: dcmjs reads the output in a thread, and what it tells is searched',
      checked,
    ],
    ['dcmjs parse, modify, write', dcmjs],
  ] as const;
  return [
    `## Header scrub, CPU per 0.5 MB CT instance (${iterations} iterations each)`,
    table(
      ['', 'ms'],
      rows.map(([what, ms]) => [what, ms.toFixed(3)]),
    ),
  ].join('\n\n');
}

/** Google's published rate of its cloud de-identification, images per second. */
const GOOGLE_PER_SECOND = 58.4;

function deidentifyText({ instances, headers, ours, pydicom, pixels }: DeidentifyFigure): string {
  const row = (what: string, { perSecond, perCpuSecond }: FolderFigure) => [
    what,
    figure(perSecond),
    figure(perCpuSecond),
  ];
  const rows = [
    row(`our header scrub alone, ${instances} CT: every rule of the basic profile`, headers),
    row(`sluice deidentify, the same files, basic: rules, key service, residual check`, ours),
    ...(pydicom
      ? [row(`pydicom ${pydicom.version}, the same files, every row of Table E.1-1, no check`, pydicom)]
      : []),
    row(
      `sluice deidentify, ${pixels.instances} screens of 640 x 400 with text, research: header and pixels`,
      pixels,
    ),
    ["Google's service, published, machines unknown", figure(GOOGLE_PER_SECOND), '-'],
  ];
  return `## A folder, from the start of a process to its end\n\n${table(['', 'images/s', 'images per second of one core'], rows)}`;
}

function profileText({ of, idle, rooms, functions }: ProfileSummary): string {
  const share = ({ name, share }: { name: string; share: number }) => [name, `${(share * 100).toFixed(1)} %`];
  return [
    `### ${of}`,
    `Idle ${(idle * 100).toFixed(0)} % of the time.`,
    table(['Room', 'Self time'], rooms.slice(0, 15).map(share)),
    table(['Function', 'Self time'], functions.map(share)),
  ].join('\n\n');
}
