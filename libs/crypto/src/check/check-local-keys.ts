import { examine, type Finding, type KeyPurpose, lacking, type StagingPurpose } from '@sluice/contracts';
import type { Keys, Sealer } from '../keys.js';
import { gather, only } from '../message/gather.js';
import { PROBE_TENANT } from './probe-tenant.js';

const MOST_BYTES = 1_000;

/** Seals and opens under each staging purpose of a master key file, and tries to open as another tenant. */
export function checkLocalKeys(keys: Keys, purposes: readonly KeyPurpose[]): Promise<Finding> {
  const staging = purposes.filter((purpose): purpose is StagingPurpose => purpose.startsWith('staging-'));
  const fix = 'Report this with the versions of Node and Sluice: sealing cannot be trusted.';
  return examine('seal and open', fix, async () => {
    for (const purpose of staging) {
      const sealed = await gather(
        keys.staging(PROBE_TENANT, purpose).seal(only(Buffer.from(purpose))),
        MOST_BYTES,
      );
      const opened = await gather(keys.staging(PROBE_TENANT, purpose).open(only(sealed)), MOST_BYTES);
      if (String(opened) !== purpose)
        lacking('CRYPTO_ABILITY_MISSING', 'other bytes came back than were sealed');
      if (await opens(keys.staging(`${PROBE_TENANT}-2`, purpose), sealed))
        lacking('CRYPTO_ABILITY_MISSING', 'another context opened what was sealed');
    }
    return `${staging.length} purposes, another context refused`;
  });
}

async function opens(sealer: Sealer, sealed: Buffer): Promise<boolean> {
  return gather(sealer.open(only(sealed)), MOST_BYTES).then(
    () => true,
    () => false,
  );
}
