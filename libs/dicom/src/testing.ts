export {
  CT_IMAGE,
  element,
  elementIn,
  EXPLICIT_LITTLE_ENDIAN,
  fragments,
  gather,
  inChunks,
  part10,
  sequence,
} from './part10/part10-fixture.js';
