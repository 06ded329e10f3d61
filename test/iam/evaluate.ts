import type { Policy, Statement } from './policies.js';

/** One call of S3 or KMS, as a policy sees it. */
export interface Call {
  readonly action: string;
  /** An ARN with BUCKET, REGION and ACCOUNT as the policies have them. */
  readonly resource: string;
  readonly principal?: string;
  /** Condition keys and their values. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** The Sid of the first statement that allows the call, or undefined: denied. What our policies use of IAM's logic, and no more. */
export function allowedBy(policy: Policy, call: Call): string | undefined {
  const matching = policy.Statement.filter((statement) => matches(statement, call));
  return matching.some(({ Effect }) => Effect === 'Deny') ? undefined : matching[0]?.Sid;
}

function matches(statement: Statement, call: Call): boolean {
  return (
    (statement.Principal === undefined || statement.Principal.AWS.includes(call.principal ?? '')) &&
    statement.Action.includes(call.action) &&
    statement.Resource.some((pattern) => isLike(pattern, call.resource)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, rows]) =>
      Object.entries(rows).every(([key, wanted]) => holds(operator, call.context[key] ?? [], wanted)),
    )
  );
}

function holds(operator: string, given: readonly string[], wanted: readonly string[]): boolean {
  switch (operator) {
    case 'StringEquals':
      return given.length === 1 && wanted.includes(given[0]!);
    case 'ForAnyValue:StringEquals':
      return given.some((value) => wanted.includes(value));
    case 'Bool':
      return given.length === 1 && wanted.includes(given[0]!);
    case 'Null':
      return wanted.includes(String(given.length === 0));
    case 'ForAnyValue:StringLike':
      return given.some((value) => wanted.some((pattern) => isLike(pattern, value)));
    default:
      throw new Error(`no policy of ours uses ${operator}`);
  }
}

/** `*` is any number of letters, slashes among them. */
function isLike(pattern: string, text: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`, 's').test(text);
}
