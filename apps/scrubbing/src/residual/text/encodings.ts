/** Encodings that bytes without a name may be in: Chinese hospitals write GBK and UTF-8 where they announce neither. */
const GUESSED = ['utf-8', 'gb18030'] as const;
/** Specific Character Set (PS3.3 C.12.1.1.2) to labels of the Encoding standard. */
const LABELS: Readonly<Record<string, string>> = {
  ...{
    '101': 'iso-8859-2',
    '109': 'iso-8859-3',
    '110': 'iso-8859-4',
    '144': 'iso-8859-5',
    '127': 'iso-8859-6',
  },
  ...{
    '126': 'iso-8859-7',
    '138': 'iso-8859-8',
    '148': 'windows-1254',
    '203': 'iso-8859-15',
    '166': 'windows-874',
  },
  ...{
    '13': 'shift_jis',
    '149': 'euc-kr',
    '58': 'gb18030',
    '192': 'utf-8',
    GB18030: 'gb18030',
    GBK: 'gb18030',
  },
};
const ESCAPE = /\x1b(?:\$[()]?[A-Z]|[()\-.][A-Za-z])/g;
const PLAIN = /^[\x00-\x1a\x1c-\x7f]*$/;

const decoders = new Map<string, InstanceType<typeof TextDecoder>>();

/** Every way in which a value can be read as text: as it is, by the character sets that are announced, and by those that are not. One character per byte in. */
export function readingsOf(value: string, charsets: readonly string[]): readonly string[] {
  if (PLAIN.test(value)) return [value];
  const escaped = value.includes('\x1b');
  const bare = escaped ? value.replace(ESCAPE, '') : value;
  const labels = new Set([...charsets.map(labelOf), ...GUESSED, ...(escaped ? ['euc-kr'] : [])]);
  const readings = [...labels].map((label) => label && decode(bare, label));
  const japanese = escaped ? decode(value, 'iso-2022-jp') : undefined;
  return [
    ...new Set([value, japanese, ...readings].filter((text) => text !== undefined && text !== '')),
  ] as string[];
}

/** Every way in which bytes of an unknown kind can be read: also as UTF-16 of both orders. */
export function bytesReadingsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value, 'latin1');
  const even = bytes.subarray(0, bytes.length & ~1);
  const odd = bytes.subarray(1, 1 + ((bytes.length - 1) & ~1));
  const swapped = [even, odd].map((part) => Buffer.from(part).swap16().toString('utf16le'));
  return [value, ...looselyRead(value), even.toString('utf16le'), odd.toString('utf16le'), ...swapped];
}

/** Bytes hold more than text: what does not fit is passed over. */
function looselyRead(value: string): readonly string[] {
  if (PLAIN.test(value)) return [];
  const bytes = Buffer.from(value, 'latin1');
  return GUESSED.map((label) => new TextDecoder(label).decode(bytes));
}

function labelOf(charset: string): string | undefined {
  const term = charset.trim().toUpperCase();
  return LABELS[/(\d+)$/.exec(term)?.[1] ?? term] ?? LABELS[term];
}

/** Undefined where the bytes do not fit. */
function decode(value: string, label: string): string | undefined {
  const decoder = decoders.get(label) ?? new TextDecoder(label, { fatal: true });
  decoders.set(label, decoder);
  try {
    return decoder.decode(Buffer.from(value, 'latin1'));
  } catch {
    return undefined;
  }
}
