import { SluiceError } from '@sluice/contracts';

const MAX_NAME_LENGTH = 512;
const NAME = /^[a-z0-9_-][a-z0-9._-]{0,126}(\/[a-z0-9_-][a-z0-9._-]{0,126})*$/;
const PREFIX = /^([a-z0-9_-][a-z0-9._-]{0,126}\/)*([a-z0-9_-][a-z0-9._-]{0,126})?$/;

/**
 * An object's name: segments of at most 127 of `a-z 0-9 . _ -` that do not begin with a dot, joined by `/`, 512 in all. Checked
 * before it becomes a path or a key. @throws SluiceError STORE_NAME_INVALID
 */
export function checkName(name: string): string {
  if (name.length > MAX_NAME_LENGTH || !NAME.test(name)) throw new SluiceError('STORE_NAME_INVALID');
  return name;
}

/** The beginning of names, empty for all. @throws SluiceError STORE_NAME_INVALID */
export function checkPrefix(prefix: string): string {
  if (prefix.length > MAX_NAME_LENGTH || !PREFIX.test(prefix)) throw new SluiceError('STORE_NAME_INVALID');
  return prefix;
}
