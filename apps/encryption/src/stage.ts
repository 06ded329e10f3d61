import type { EventData } from '@sluice/contracts';
import { defineStage, type NextEvent, type Stage } from '@sluice/service';
import { sealObject, type SealDoors, type SealTask } from './seal-object.js';

/** Raw as soon as it is received, clean (or what shows why it was held) as soon as it is scrubbed, results as soon as they are inferred: none waits for another. */
export const encryptionStage = (doors: SealDoors): Stage =>
  defineStage({
    name: 'encryption',
    consumes: {
      'instance.received.v1': (data, { source }) =>
        sealAll(doors, [{ ...rawTask(data), repeated: source === 'archival' }]),
      'instance.quarantined.v1': (data) => sealAll(doors, recordTasks(data)),
      'instance.scrubbed.v1': (data) => sealAll(doors, [cleanTask(data), ...waybackTasks(data)]),
      'instance.inferred.v1': (data) => sealAll(doors, resultTasks(data)),
    },
    produces: ['object.sealed.v1'],
  });

async function sealAll(
  doors: SealDoors,
  tasks: readonly SealTask[],
): Promise<NextEvent<'object.sealed.v1'>[]> {
  const sealed: NextEvent<'object.sealed.v1'>[] = [];
  for (const task of tasks) sealed.push(await sealObject(doors, task));
  return sealed;
}

function rawTask({ object, ...data }: EventData<'instance.received.v1'>): SealTask {
  return {
    ids: idsOf(data),
    attempt: data.attempt,
    objectKind: 'raw',
    staged: object,
    owner: data.instanceKey,
    identity: data.contentKey,
  };
}

function cleanTask(data: EventData<'instance.scrubbed.v1'>): SealTask {
  return {
    ids: idsOf(data),
    attempt: data.attempt,
    objectKind: 'clean',
    staged: data.clean,
    owner: data.instanceKey,
    identity: `${data.contentKey}-${data.outcome}`,
    plainDigest: data.cleanDigest,
  };
}

/** The last part of a staged result's name says whose, of which content, and what it is. */
function resultTasks(data: EventData<'instance.inferred.v1'>): SealTask[] {
  const results = data.answers.flatMap((answer) => answer.results);
  return results.map(({ object, plainDigest }) => ({
    ids: idsOf(data),
    attempt: data.attempt,
    objectKind: 'result',
    staged: object,
    owner: data.instanceKey,
    identity: lastPart(object.name),
    plainDigest,
  }));
}

/** What a person is shown of a quarantined instance goes under its subject's secret too, and so is erased with it. */
function recordTasks(data: EventData<'instance.quarantined.v1'>): SealTask[] {
  const { record: staged, attempt, outcome } = data;
  if (!staged) return [];
  const identity = `${data.contentKey}-${outcome}`;
  return [{ ids: idsOf(data), attempt, objectKind: 'quarantine', staged, owner: data.instanceKey, identity }];
}

function waybackTasks(data: EventData<'instance.scrubbed.v1'>): SealTask[] {
  const { wayback: staged, subjectKey: owner, attempt } = data;
  if (!staged) return [];
  const identity = lastPart(staged.name);
  return [
    {
      ids: { ...idsOf(data), contentKey: identity },
      attempt,
      objectKind: 'wayback',
      staged,
      owner,
      identity,
    },
  ];
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

function idsOf(data: SealTask['ids']): SealTask['ids'] {
  const { tenant, subjectKey, studyKey, seriesKey, instanceKey, contentKey } = data;
  return { tenant, subjectKey, studyKey, seriesKey, instanceKey, contentKey };
}
