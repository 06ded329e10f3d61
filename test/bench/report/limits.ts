import { figureOf } from './aims.ts';
import type { Results } from './results.ts';

/** What an intake figure is made of, ms per instance; undefined where the run has no figure. */
export interface Limit {
  readonly doors: 'embedded' | 'real';
  readonly load: 'CT1' | 'CT4';
  readonly ours: number;
  readonly orthanc: number | undefined;
  /** DCMTK's storescp: the sender's own time and the network, with nothing made durable. */
  readonly sender: number | undefined;
  /** The durable chain alone, with as many in flight as there are associations. */
  readonly floor: number | undefined;
  /** Processor time of the receiver, and of the servers behind it. */
  readonly processor: number;
  readonly servers: number;
}

/** Sets each intake figure of CT beside what it cannot be below. */
export function limitsOf(results: Results): Limit[] {
  const limits: Limit[] = [];
  for (const doors of ['embedded', 'real'] as const)
    for (const load of ['CT1', 'CT4'] as const) {
      const limit = limitOf(results, doors, load);
      if (limit) limits.push(limit);
    }
  return limits;
}

function limitOf(results: Results, doors: Limit['doors'], load: Limit['load']): Limit | undefined {
  const { intake, floors, loads } = results;
  const each = (group: string, receiver: string) => {
    const figure = figureOf(intake, { group, receiver, load });
    return figure && 1000 / figure.instancesPerSecond;
  };
  const figure = figureOf(intake, { group: doors, receiver: `Sluice ${doors}`, load });
  const size = loads.find(({ name }) => name === load);
  if (!figure || !size) return undefined;
  const ms = (cpuPerGB: number) => (cpuPerGB * size.bytes) / size.instances / 1e6;
  const inFlight = load === 'CT1' ? 1 : 4;
  const name = doors === 'embedded' ? 'disk' : 'S3';
  return {
    doors,
    load,
    ours: 1000 / figure.instancesPerSecond,
    orthanc: each(doors, 'Orthanc'),
    sender: each('embedded', 'storescp'),
    floor: floors.find((one) => one.name === name && one.inFlight === inFlight)?.msEach,
    processor: ms(figure.cpuPerGB),
    servers: ms(figure.helpersCpuPerGB),
  };
}
