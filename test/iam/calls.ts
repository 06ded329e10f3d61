import type { IncomingHttpHeaders } from 'node:http';

/** The IAM action of each SDK command that a door uses (service authorization reference of S3 and of KMS). */
export const ACTION_OF_COMMAND: Readonly<Record<string, string>> = {
  HeadBucketCommand: 's3:ListBucket',
  HeadObjectCommand: 's3:GetObject',
  GetObjectCommand: 's3:GetObject',
  PutObjectCommand: 's3:PutObject',
  CreateMultipartUploadCommand: 's3:PutObject',
  UploadPartCommand: 's3:PutObject',
  CompleteMultipartUploadCommand: 's3:PutObject',
  AbortMultipartUploadCommand: 's3:AbortMultipartUpload',
  DeleteObjectCommand: 's3:DeleteObject',
  paginateListObjectsV2: 's3:ListBucket',
  ListObjectVersionsCommand: 's3:ListBucketVersions',
  GetBucketVersioningCommand: 's3:GetBucketVersioning',
  GetObjectLockConfigurationCommand: 's3:GetBucketObjectLockConfiguration',
  describeKey: 'kms:DescribeKey',
  generateDataKey: 'kms:GenerateDataKey',
  decrypt: 'kms:Decrypt',
  sign: 'kms:Sign',
  getPublicKey: 'kms:GetPublicKey',
};

/** What a request on the wire asks for: the action, the bucket's or the object's path, and what conditions look at. */
export function s3CallOf(method: string, url: URL, headers: IncomingHttpHeaders): S3Call {
  const [, , ...rest] = url.pathname.split('/');
  const key = rest.map(decodeURIComponent).join('/');
  const query = url.searchParams;
  const action = key === '' ? bucketAction(method, query) : objectAction(method, query);
  return { action, key, context: action === 's3:PutObject' ? contextOfPut(method, query, headers) : {} };
}

/** A request as a policy sees it. */
export interface S3Call {
  readonly action: string;
  readonly key: string;
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** An upload in parts is started, gets its parts, and creates the object by its completion alone. */
function contextOfPut(
  method: string,
  query: URLSearchParams,
  headers: IncomingHttpHeaders,
): S3Call['context'] {
  const creates = method === 'PUT' ? !query.has('partNumber') : !query.has('uploads');
  const condition = creates ? headers['if-none-match'] : undefined;
  return {
    's3:ObjectCreationOperation': [String(creates)],
    ...(condition !== undefined && { 's3:if-none-match': [condition] }),
  };
}

function bucketAction(method: string, query: URLSearchParams): string {
  if (query.has('versioning')) return 's3:GetBucketVersioning';
  if (query.has('object-lock')) return 's3:GetBucketObjectLockConfiguration';
  if (query.has('versions')) return 's3:ListBucketVersions';
  if (method === 'HEAD' || query.has('list-type')) return 's3:ListBucket';
  throw new Error(`what ${method} asks of the bucket is not known here`);
}

function objectAction(method: string, query: URLSearchParams): string {
  switch (method) {
    case 'GET':
    case 'HEAD':
      return 's3:GetObject';
    case 'PUT':
    case 'POST':
      return 's3:PutObject';
    case 'DELETE':
      if (query.has('uploadId')) return 's3:AbortMultipartUpload';
      return query.has('versionId') ? 's3:DeleteObjectVersion' : 's3:DeleteObject';
    default:
      throw new Error(`what ${method} asks of an object is not known here`);
  }
}
