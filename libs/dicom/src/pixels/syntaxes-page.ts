import { TRANSFER_SYNTAXES } from '../dictionary/uids.table.js';
import { PIXEL_SYNTAXES } from './pixel-syntaxes.table.js';
import type { Codec } from './codecs/codec.types.js';

const READ_BY: Readonly<Record<Codec, string>> = {
  plain: 'none needed',
  rle: 'our own',
  deflate: 'zlib',
  jpeg: 'libjpeg (8, 12, 16 bits)',
  'jpeg-ls': 'CharLS',
  'jpeg-2000': 'OpenJPEG',
  htj2k: 'OpenJPH',
};

const INTRODUCTION = `# Pixel syntaxes

Generated from \`libs/dicom/src/pixels/pixel-syntaxes.table.ts\`; do not edit. After a change there:
\`UPDATE_DOCS=1 npx vitest run libs/dicom/src/pixels/syntaxes-page\`.

Frames are read one at a time, each in a worker thread with caps on time and memory; the codecs but RLE and zlib are the WASM module of the npm
package dcmjs-codecs. A frame that cannot be read, or is not what the header says, is a code (docs/errors.md), never the end of the process.

**Masking.** The syntax stays where it is lossless; a lossy one becomes the lossless one of its family; what that family's encoder does not give
back exactly (JPEG 2000 with a side below 32 pixels or with signed 8 bits, HTJ2K in YBR_FULL) becomes RLE Lossless, and so does
lossy JPEG of an ultrasound in YBR_FULL, which must be by planes (PS3.3 C.8.5.6.1.16). Every masked frame is
decoded again and compared before it leaves. Pixels outside of the mask are those that the original decodes to, bit by bit; in a lossless
syntax frames without a mask keep their encoded bytes (but not comments, application segments and tails of a JPEG or J2K codestream: it is
encoded anew; and HTJ2K in RGB comes back in YBR_RCT, all of it). Lossy Image Compression (0028,2110)
becomes 01 where this coding lost something: JPEG, the 9-7 wavelet of JPEG 2000 and HTJ2K, JPEG-LS with an error above 0. A codestream in a
syntax that may be lossy but was coded reversibly (5-3, NEAR 0) is no reason to say so: what the header says stays, 00, 01 or nothing, since
only its writer knows what was lost before, or with layers left out. Photometric Interpretation and Planar Configuration follow; offset tables are written empty;
extended ones, the total length, Icon Image Sequences and pixels below any other sequence are dropped.

**Not read** (DICOM_PIXELS_UNSUPPORTED): MPEG, HEVC, JPEG XL, JPIP, arithmetic and hierarchical JPEG, the retired syntaxes of JPEG (progressive
frames in those that are read are decoded), Part 2 of JPEG 2000, JPEG 2000 and HTJ2K colour of more than 8 bits, samples of more than 16 bits in
a codestream; and native single-bit frames that share a byte are not masked.
`;

/** docs/pixel-syntaxes.md, from the table. */
export function pixelSyntaxesPage(): string {
  const rows = [...PIXEL_SYNTAXES].map(([uid, { codec, lossy, masked }]) => {
    const after = masked === uid ? 'the same' : (TRANSFER_SYNTAXES.get(masked) ?? masked);
    const name = TRANSFER_SYNTAXES.get(uid) ?? uid;
    return `| ${name} | \`${uid}\` | ${READ_BY[codec]} | ${lossy ? 'yes' : 'no'} | ${after} |`;
  });
  const head = ['| Transfer syntax | UID | Codec | Lossy | After masking |', '|---|---|---|---|---|'];
  return `${INTRODUCTION}\n${[...head, ...rows].join('\n')}\n`;
}
