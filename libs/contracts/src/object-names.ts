import type { InstanceIds, ObjectKind } from './ids.js';

/** Names of objects in the cellar. They hold keyed digests only (law 2) and are immutable (law 5). */
export const objectNames = {
  /** A received instance, sealed under the staging key; one object per delivery. */
  stagedRaw: (ids: Pick<InstanceIds, 'tenant' | 'instanceKey'>, attempt: string) =>
    `staging/${ids.tenant}/raw/${ids.instanceKey}/${attempt}`,
  /** A de-identified copy; `outcome` is derived from profile digest and code version. */
  stagedClean: (ids: Pick<InstanceIds, 'tenant' | 'instanceKey' | 'contentKey'>, outcome: string) =>
    `staging/${ids.tenant}/clean/${ids.instanceKey}/${ids.contentKey}-${outcome}`,
  /** The way back from pseudonym to person; `record` is a keyed digest of its content. */
  stagedWayback: (tenant: string, subjectKey: string, record: string) =>
    `staging/${tenant}/wayback/${subjectKey}/${record}`,
  /** A release note that is too long for its event. */
  stagedNote: (ids: Pick<InstanceIds, 'tenant' | 'instanceKey' | 'contentKey'>, outcome: string) =>
    `staging/${ids.tenant}/note/${ids.instanceKey}/${ids.contentKey}-${outcome}`,
  /** What a person is shown of a quarantined instance; `outcome` as for a clean copy. */
  stagedQuarantine: (ids: Pick<InstanceIds, 'tenant' | 'instanceKey' | 'contentKey'>, outcome: string) =>
    `staging/${ids.tenant}/quarantine/${ids.instanceKey}/${ids.contentKey}-${outcome}`,
  /** Why a person decided so; `decision` is the decision's own id. */
  decision: (ids: Pick<InstanceIds, 'tenant' | 'instanceKey'>, decision: string) =>
    `archive/${ids.tenant}/decision/${ids.instanceKey}/${decision}`,
  /** What a model made of a clean object; `result` is derived from outcome, model digest and code version, and ends in the kind. */
  stagedResult: (ids: Pick<InstanceIds, 'tenant' | 'instanceKey' | 'contentKey'>, result: string) =>
    `staging/${ids.tenant}/result/${ids.instanceKey}/${ids.contentKey}-${result}`,
  /** The list of instances of a closed association or request. */
  stagedBatch: (tenant: string, batchKey: string) => `staging/${tenant}/batch/${batchKey}`,
  /** Sealed for good. `identity` is what makes the object itself: raw `contentKey`, clean and quarantine `contentKey-outcome`, result `contentKey-result`. */
  // eslint-disable-next-line max-params -- the four parts of a name, in their order
  archived: (kind: ObjectKind, tenant: string, owner: string, identity: string) =>
    `archive/${tenant}/${kind}/${owner}/${identity}`,
  manifest: (tenant: string, studyKey: string, version: number) =>
    `archive/${tenant}/manifest/${studyKey}/${version}`,
  /** The signed root of the release notes that this version of the manifest holds. */
  release: (tenant: string, studyKey: string, version: number) =>
    `archive/${tenant}/release/${studyKey}/${version}`,
  /** A subject's or the tenant's wrapped secret; the prefix is erasable. */
  subjectSecret: (tenant: string, subjectKey: string, purpose: string) =>
    `secrets/${tenant}/${subjectKey}/${purpose}`,
  /** What a check-up writes and removes again. */
  probe: (run: string, what: string) => `probe/${run}/${what}`,
  tenantSecret: (tenant: string, purpose: string) => `tenants/${tenant}/${purpose}`,
} as const;
