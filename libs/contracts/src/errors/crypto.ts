import { defineErrors } from './entry.js';

/** Codes of the room `crypto`. */
export const CRYPTO_ERRORS = defineErrors({
  CRYPTO_KEYS_UNAVAILABLE: {
    kind: 'transient',
    hint: 'The key service does not answer: check KEYS_URL, its credentials and the network.',
  },
  CRYPTO_KEY_REFUSED: {
    kind: 'transient',
    hint: 'The key service refuses a key: check that it is enabled and that this service is granted its purpose.',
  },
  CRYPTO_OPEN_FAILED: {
    kind: 'permanent',
    hint: 'A sealed object does not open: it was changed, or sealed for another purpose, tenant or name.',
  },
  CRYPTO_SECRET_MISSING: {
    kind: 'permanent',
    hint: "A subject's secret is gone: it was erased on purpose, or database and store lost it; then restore `secrets/` from a backup.",
  },
  CRYPTO_TENANT_KEY_MISSING: {
    kind: 'transient',
    hint: 'A tenant has data but its key is gone: restore `tenants/` in the store from a backup; everything waits until then.',
  },
  CRYPTO_KEY_WRONG: {
    kind: 'transient',
    hint: 'What is sealed was sealed under another key: KEYS_URL names another folder or key service than before, or a KMS alias was moved; put it back.',
  },
  CRYPTO_MASTER_KEY_MISSING: {
    kind: 'fatal',
    hint: 'The store holds wrapped secrets, but the folder of KEYS_URL has no master key: mount the right folder or restore master.key from its backup.',
  },
  CRYPTO_MASTER_KEY_INVALID: {
    kind: 'fatal',
    hint: 'The master key file is damaged, or others may read it: restore it from its backup with mode 0600; never make a new one over an archive.',
  },
  CRYPTO_PUBLIC_KEY_INVALID: {
    kind: 'permanent',
    hint: 'The public key cannot be used: give the PEM file that `sluice public-key` printed where the note was made.',
  },
  CRYPTO_ABILITY_MISSING: {
    kind: 'fatal',
    hint: 'The key service does not do what sealing rests on: run `sluice doctor`, and take one that passes.',
  },
  CRYPTO_URL_INVALID: {
    kind: 'fatal',
    hint: 'KEYS_URL is not one that Sluice knows: local:DIR, or aws-kms:?endpoint=...&region=...',
  },
});
