export type { ElementAction, ElementView, RewritePlan } from './data-set/rewrite.types.js';
export type {
  AssociationInfo,
  ListenerHandlers,
  ListenerLimits,
  ProposedContext,
  StoreRequest,
} from './network/listener.types.js';
export { createListener, LISTENER_LIMITS } from './network/listener.js';
export type {
  Listener,
  ListenerObservation,
  ListenerOptions,
  ListenerTls,
} from './network/listener.types.js';
export { echo, sendInstances } from './network/sender/sender.js';
export type { InstanceToSend, PeerAddress, SenderTls, SendResult } from './network/sender/sender.types.js';
export { encodeElement, encodeItems, syntaxOf, type Encoding, type Syntax } from './data-set/encoding.js';
export { charsetOf } from './data-set/element-scopes.js';
export { pickAttributes, type PickedAttributes, type PickOptions } from './attributes/pick-attributes.js';
export { formatTag, keywordOf, tagOf, vrOf } from './dictionary/elements.js';
export { STORAGE_SOP_CLASSES, TRANSFER_SYNTAXES } from './dictionary/uids.table.js';
export { isUid, uidName } from './dictionary/uids.js';
export { DEFAULT_LIMITS, type DicomLimits } from './limits.js';
export type { NamedDataSet, NamedValue } from './named/named.types.js';
export { readNamed } from './named/read-named.js';
export { writePart10 } from './named/write-named.js';
export { fileMeta, type FileMeta, type FileMetaFields } from './part10/file-meta.js';
export { readElements, rewritePart10 } from './part10/rewrite-part10.js';
export { splitPart10, type SplitPart10 } from './part10/split-part10.js';
export { CODEC_LIMITS, createCodecs, type CodecLimits, type Codecs } from './pixels/codecs/codec-pool.js';
export { isBareFrame } from './pixels/codecs/bare-codestream.js';
export { hasUnusedBits } from './pixels/frames/unused-bits.js';
export type { PixelDescription } from './pixels/frames/describe-pixels.js';
export { decodeFrame, type Raster } from './pixels/frames/decode-frame.js';
export type { EncodedFrame } from './pixels/frames/frame.types.js';
export { readFrames } from './pixels/frames/read-frames.js';
export type { Rectangle } from './pixels/mask/fill-rectangles.js';
export { maskPart10, type PixelMasks } from './pixels/mask/mask-part10.js';
export { hasWindow } from './pixels/render/shades.js';
export { storedValues } from './pixels/render/stored-values.js';
export { readGreyPicture } from './pixels/render/read-picture.js';
export { toGrey8, toRgb8, type Picture, type RenderOptions } from './pixels/render/render.js';
export { blackedOut, toPng, type PngOptions } from './pixels/render/to-png.js';
export { toDicomJson, type DicomJson } from './json/to-dicom-json.js';
export { decodeText, readText, type DecodedText } from './text/decode-text.js';
export { encodeText } from './text/encode-text.js';
export { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION } from './network/pdu/encoder.js';
export { isTitle, VERIFICATION } from './network/provider/negotiation.js';
export { SECURITY_PROFILE } from './network/security-profile.js';
