import { unpadded } from '../text/padding.js';
import type { Header } from './token-sink.types.js';
import type { ElementView } from './rewrite.types.js';

type Path = ElementView['path'];

interface Scope {
  charset: readonly string[];
  creators: Map<number, string> | undefined;
  readonly parent: Scope | undefined;
  readonly sequenceTag: number;
  readonly item: number;
  path: Path | undefined;
}

const SPECIFIC_CHARACTER_SET = 0x00080005;
const NO_PATH: Path = [];

/** Knows, while a data set is walked, what holds for the element at hand: path, character set, private creators. */
export class ElementScopes {
  private scope: Scope = {
    charset: [],
    creators: undefined,
    parent: undefined,
    sequenceTag: 0,
    item: 0,
    path: NO_PATH,
  };
  private readonly sequences: { readonly tag: number; items: number }[] = [];

  get depth(): number {
    return this.sequences.length;
  }

  /** The element as a plan sees it; `value` is undefined for sequences and bulk. */
  view(header: Header, value: Buffer | undefined, vr = header.vr): ElementView {
    const { tag } = header;
    if (tag === SPECIFIC_CHARACTER_SET && value !== undefined) this.scope.charset = charsetOf(value);
    const isPrivate = (tag & 0x10000) !== 0;
    if (isPrivate && value !== undefined) this.noteCreator(tag, value);
    return {
      tag,
      vr,
      lengthBytes: header.length,
      path: pathOf(this.scope),
      privateCreator: isPrivate ? this.scope.creators?.get(tag >>> 8) : undefined,
      charset: this.scope.charset,
      littleEndian: header.encoding.littleEndian,
      value,
    };
  }

  enterSequence(tag: number): void {
    this.sequences.push({ tag, items: 0 });
  }

  leaveSequence(): void {
    this.sequences.pop();
  }

  enterItem(): void {
    const sequence = this.sequences.at(-1);
    if (sequence === undefined) throw new TypeError('an item outside a sequence');
    const { charset } = this.scope;
    this.scope = {
      charset,
      creators: undefined,
      parent: this.scope,
      sequenceTag: sequence.tag,
      item: sequence.items,
      path: undefined,
    };
    sequence.items += 1;
  }

  leaveItem(): void {
    this.scope = this.scope.parent ?? this.scope;
  }

  /** (gggg,00bb) reserves (gggg,bb00-bbFF) (PS3.5 7.8.1). */
  private noteCreator(tag: number, value: Buffer): void {
    const block = tag & 0xffff;
    if (block < 0x10 || block > 0xff) return;
    this.scope.creators ??= new Map();
    this.scope.creators.set(((tag >>> 16) << 8) | block, trimmed(value));
  }
}

/** More than any real value has; a longer one is cut, which makes its last term an unknown one. */
const MAX_CHARSET_BYTES = 512;

/** Values of Specific Character Set (0008,0005), trimmed; the empty string stands for the default repertoire. */
export function charsetOf(value: Buffer): readonly string[] {
  const text = trimmed(value.subarray(0, MAX_CHARSET_BYTES));
  return text === '' ? [] : text.split('\\').map((term) => term.trim());
}

function trimmed(value: Buffer): string {
  return unpadded(value.toString('latin1')).trimStart();
}

function pathOf(scope: Scope): Path {
  if (scope.path !== undefined || scope.parent === undefined) return scope.path ?? NO_PATH;
  scope.path = [...pathOf(scope.parent), { tag: scope.sequenceTag, item: scope.item }];
  return scope.path;
}
