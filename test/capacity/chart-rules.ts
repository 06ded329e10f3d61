import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ScaleRule } from './model/autoscale.ts';

const CHART = join(import.meta.dirname, '../../helm/sluice');
/** `--horizontal-pod-autoscaler-sync-period` of Kubernetes, unless somebody changed it. */
const LOOK_SECONDS = 15;

interface RoomScaling {
  readonly min: number;
  readonly max: number;
  readonly lagPerReplica?: number;
}

interface Room {
  readonly scaling: RoomScaling;
  readonly resources: { readonly requests: { readonly cpu: string; readonly memory: string } };
}

interface Values {
  readonly kafka: { readonly partitions: number };
  readonly scaling: {
    readonly pollingSeconds: number;
    readonly cpuPercent: number;
    readonly down: {
      readonly stabilizationSeconds: number;
      readonly pods: number;
      readonly periodSeconds: number;
    };
  };
  readonly [room: string]: unknown;
}

/** What the chart's values and its template say about the replicas of a room: by lag where it has a group, by processor time where it has none. */
export function chartRules(room: string): { rule: ScaleRule; partitions: number } {
  const { scaling, kafka, [room]: own } = chartValues();
  const { scaling: each, resources } = own as Room;
  const { min, max, lagPerReplica } = each;
  const by = lagPerReplica
    ? { lagPerReplica }
    : { coresPerReplica: coresOf(resources.requests.cpu) * (scaling.cpuPercent / 100) };
  const rule = { min, max, ...by, lookSeconds: LOOK_SECONDS, up: scaleUp(), down: scaling.down };
  return { rule, partitions: kafka.partitions };
}

function chartValues(): Values {
  return parse(readFileSync(join(CHART, 'values.yaml'), 'utf8')) as Values;
}

/** `500m` or `1`, as Kubernetes writes cores. */
function coresOf(cpu: string): number {
  return cpu.endsWith('m') ? Number(cpu.slice(0, -1)) / 1000 : Number(cpu);
}

/** The two policies that the template has for growing; the larger step counts. @throws Error when it says something else */
function scaleUp(): ScaleRule['up'] {
  const template = readFileSync(join(CHART, 'templates/_scaling.tpl'), 'utf8');
  const policy = (type: string): RegExpExecArray | null =>
    new RegExp(
      `scaleUp:[\\s\\S]*?type: ${type}, value: (\\d+), periodSeconds: (\\d+)[\\s\\S]*?scaleDown:`,
    ).exec(template);
  const [percent, pods] = [policy('Percent'), policy('Pods')];
  if (!percent || !pods || percent[2] !== pods[2])
    throw new Error('the chart grows by other policies than the model');
  return { percent: Number(percent[1]), pods: Number(pods[1]), periodSeconds: Number(pods[2]) };
}
