import { isSigning, KEY_PURPOSES, type KeyPurpose } from '@sluice/contracts';
import type { Grant } from './grants.js';

/** One statement of an IAM or key policy (IAM JSON policy reference). */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: { readonly AWS: readonly string[] };
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

export interface Policy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

const BUCKET = 'arn:aws:s3:::BUCKET';
const KEYS = 'arn:aws:kms:REGION:ACCOUNT:key/*';
/** What each start and each check-up writes, reads and removes. */
const PROBE = 'probe/*';
/** `Store.put` makes an object or, where its name is taken, reads what stands there; in parts it may give up. */
const PUT = ['s3:PutObject', 's3:AbortMultipartUpload', 's3:GetObject'];
/** What administers a key, and neither uses nor grants it. */
const ADMINISTER = [
  'kms:DescribeKey',
  'kms:GetKeyPolicy',
  'kms:PutKeyPolicy',
  'kms:EnableKey',
  'kms:DisableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyRotationStatus',
  'kms:CreateAlias',
  'kms:UpdateKeyDescription',
  'kms:TagResource',
  'kms:ScheduleKeyDeletion',
  'kms:CancelKeyDeletion',
];

/** What a role is attached. BUCKET (with its prefix, if any), REGION and ACCOUNT are the operator's to fill in. */
export function rolePolicy(grant: Grant): Policy {
  return {
    Version: '2012-10-17',
    Statement: [...storeStatements(grant), NO_OVERWRITE, lookUp(), ...keyStatements(grant)],
  };
}

function storeStatements(grant: Grant): Statement[] {
  const objects = (names: readonly string[]) => names.map((name) => `${BUCKET}/${name}`);
  const rows = [
    { Sid: 'Bucket', Action: ['s3:ListBucket', ...grant.asks], Resource: [BUCKET] },
    { Sid: 'Read', Action: ['s3:GetObject'], Resource: objects(grant.reads) },
    { Sid: 'Write', Action: PUT, Resource: objects([...grant.writes, PROBE]) },
    { Sid: 'Remove', Action: ['s3:DeleteObject'], Resource: objects([...grant.removes, PROBE]) },
    { Sid: 'RemoveVersions', Action: ['s3:DeleteObjectVersion'], Resource: objects(grant.removesVersions) },
  ];
  return rows.filter(({ Resource }) => Resource.length > 0).map((row) => ({ ...row, Effect: 'Allow' }));
}

/**
 * Whatever else allows it: no object comes to be but by a put that fails where its name is taken. `s3:ObjectCreationOperation` is false
 * for what starts an upload in parts and for its parts, which take no such header; what completes it does (Amazon S3 User Guide,
 * "Enforce conditional writes").
 */
const NO_OVERWRITE: Statement = {
  Sid: 'NoOverwrite',
  Effect: 'Deny',
  Action: ['s3:PutObject'],
  Resource: [`${BUCKET}/*`],
  Condition: { Null: { 's3:if-none-match': ['true'] }, Bool: { 's3:ObjectCreationOperation': ['true'] } },
};

function lookUp(): Statement {
  return {
    Sid: 'LookUpKeys',
    Effect: 'Allow',
    Action: ['kms:DescribeKey'],
    Resource: [KEYS],
    Condition: { 'ForAnyValue:StringLike': { 'kms:ResourceAliases': ['alias/sluice-*'] } },
  };
}

/** One statement for each purpose: what the check-up may do would not fit in a managed policy otherwise. */
function keyStatements(grant: Grant): Statement[] {
  return KEY_PURPOSES.flatMap((purpose) => {
    const uses = USES.filter(({ verb }) => (grant[verb] as readonly string[]).includes(purpose));
    if (uses.length === 0) return [];
    const Condition = {
      'ForAnyValue:StringEquals': { 'kms:ResourceAliases': [`alias/sluice-${purpose}`] },
      ...contextOf(purpose, grant.tenant),
    };
    const Sid = `${uses.map(({ does }) => does).join('And')}${pascal(purpose)}`;
    const Action = uses.flatMap(({ action }) => [...action]);
    return [{ ...{ Sid, Effect: 'Allow', Action, Resource: [KEYS] }, Condition }];
  });
}

const USES = [
  { verb: 'seals', action: ['kms:GenerateDataKey'], does: 'Seal' },
  { verb: 'opens', action: ['kms:Decrypt'], does: 'Open' },
  { verb: 'signs', action: ['kms:Sign', 'kms:GetPublicKey'], does: 'Sign' },
  { verb: 'tells', action: ['kms:GetPublicKey'], does: 'Tell' },
] as const;

/** The key's own policy: who administers it, and which roles use it for what, in its purpose's context alone. */
export function keyPolicy(purpose: KeyPurpose, grants: Readonly<Record<string, Grant>>): Policy {
  // Signing takes no context that could name one.
  const tenantOf = (grant: Grant) => (isSigning(purpose) ? undefined : grant.tenant);
  const tenants = [...new Set(Object.values(grants).map(tenantOf))];
  const uses = USES.flatMap(({ verb, action, does }) =>
    tenants.map((tenant) => ({
      Sid: tenant === undefined ? does : `${does}As${pascal(tenant)}`,
      action,
      condition: contextOf(purpose, tenant),
      roles: Object.keys(grants).filter((role) => {
        const grant = grants[role]!;
        return tenantOf(grant) === tenant && (grant[verb] as readonly string[]).includes(purpose);
      }),
    })),
  ).filter((use) => use.roles.length > 0);
  const allow = (Sid: string, Action: readonly string[], principals: readonly string[]): Statement => ({
    ...{ Sid, Effect: 'Allow', Principal: { AWS: principals }, Action, Resource: ['*'] },
  });
  return {
    Version: '2012-10-17',
    Statement: [
      allow('Administer', ADMINISTER, ['arn:aws:iam::ACCOUNT:role/key-administrator']),
      allow('LookUp', ['kms:DescribeKey'], Object.keys(grants).map(principalOf)),
      ...uses.map(({ Sid, action, condition: Condition, roles }) => {
        const statement = allow(Sid, action, roles.map(principalOf));
        return Object.keys(Condition).length > 0 ? { ...statement, Condition } : statement;
      }),
    ],
  };
}

/** Signing takes no encryption context. */
function contextOf(purpose: KeyPurpose, tenant?: string): NonNullable<Statement['Condition']> {
  if (isSigning(purpose)) return {};
  const only = { 'kms:EncryptionContext:purpose': [purpose] };
  return {
    StringEquals: tenant === undefined ? only : { ...only, 'kms:EncryptionContext:tenant': [tenant] },
  };
}

/** Roles are called like rooms. */
export const principalOf = (role: string): string => `arn:aws:iam::ACCOUNT:role/sluice-${role}`;

function pascal(purpose: string): string {
  return purpose.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
