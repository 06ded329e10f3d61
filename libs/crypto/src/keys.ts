import type { StagingPurpose } from '@sluice/contracts';
import type { PublicKey } from './release/public-key.js';

/** The key service as a room sees it. Open one with `openKeys(url, options)`; `aws-kms:` or `local:DIR`. */
export interface Keys {
  /** Seals and opens objects on their way. Context: tenant and purpose only (one data key per cache line, not per object). */
  staging(tenant: string, purpose: StagingPurpose): Sealer;
  /**
   * A tenant's keyed digests, by the keys asked for (a service is granted purposes); created on first use, fixed for good.
   * @throws SluiceError CRYPTO_TENANT_KEY_MISSING when there is none, but data of the tenant that only it could have named
   */
  tenant(tenant: string, keys: readonly TenantKeyName[]): Promise<TenantKeys>;
  /** A subject's secrets; created on first use (never to open something, nor by `archiveMore`), kept on the shelf (and in the database, when given) before they are used. */
  subject(tenant: string, subjectKey: string): SubjectKeys;
  /**
   * Signs at most 4,096 bytes by the key pair of `release-signing`: ECDSA P-256 with SHA-256, DER; one call of the key service.
   * @throws SluiceError CRYPTO_KEYS_UNAVAILABLE, CRYPTO_KEY_REFUSED
   */
  signRelease(message: Uint8Array): Promise<Buffer>;
  /** The public half of `release-signing`. @throws SluiceError CRYPTO_KEYS_UNAVAILABLE, CRYPTO_KEY_REFUSED */
  releaseKey(): Promise<PublicKey>;
  /** Throws CRYPTO_KEYS_UNAVAILABLE when the key service does not answer. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Streaming seal and open. `open` throws CRYPTO_OPEN_FAILED instead of ending when anything was changed or the context differs.
 * Chunks are used as they are: who gives one must not change its bytes afterwards.
 */
export interface Sealer {
  seal(plain: AsyncIterable<Uint8Array>): AsyncIterable<Buffer>;
  open(sealed: AsyncIterable<Uint8Array>): AsyncIterable<Buffer>;
}

/** Keyed digests of one tenant. Each throws an Error when its key was not asked for. */
export interface TenantKeys {
  /** HMAC-SHA-256 (hex) of length-prefixed parts under the tenant's identity key; `domain` keeps uses apart. */
  identity(
    domain: 'subject' | 'study' | 'series' | 'instance' | 'wayback',
    ...parts: readonly string[]
  ): string;
  /** Streaming HMAC for contentKey (hex) under the tenant's content key: transfer syntax UID, then the data set without file meta. */
  content(transferSyntaxUID: string): { update(chunk: Uint8Array): void; digest(): string };
  /** HMAC (32 bytes) under the tenant's UID key, for new UIDs. */
  uid(original: string): Buffer;
}

export interface SubjectKeys {
  /** Seals an archive object; the context binds tenant, object name and contentKey. */
  archive(objectName: string, contentKey: string): Promise<Pick<Sealer, 'seal'>>;
  /** The same for a subject that has archive objects already; makes no secret. @throws SluiceError CRYPTO_SECRET_MISSING when it was erased or never was */
  archiveMore(objectName: string, contentKey: string): Promise<Pick<Sealer, 'seal'>>;
  /** Opens what `archive` sealed; makes no secret. @throws SluiceError CRYPTO_SECRET_MISSING when it was erased or never was */
  openArchive(objectName: string, contentKey: string): Promise<Pick<Sealer, 'open'>>;
  /** 32 bytes from which pseudonym and date offset are derived. */
  pseudonym(): Promise<Buffer>;
}

/** Where wrapped secrets stand before their first use: put-if-absent, get and a look under a prefix, given by the room from its store. */
export interface SecretShelf {
  /** Stores unless taken; returns what stands there afterwards. */
  putIfAbsent(name: string, wrapped: Buffer): Promise<Buffer>;
  get(name: string): Promise<Buffer | undefined>;
  /** Whether anything at all stands under `prefix`: a key that was lost is not made anew over what it named or opened. */
  holdsAny(prefix: string): Promise<boolean>;
}

export type TenantKeyName = 'tenant-identity' | 'tenant-content' | 'tenant-uid';
