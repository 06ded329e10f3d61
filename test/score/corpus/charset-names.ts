import { encodeText } from '@sluice/dicom';

/** A made-up person whose name is written in a character set. */
export interface CharsetName {
  readonly name: string;
  /** Specific Character Set, as the object says it. */
  readonly charset: string;
  /** Patient's Name, encoded. */
  readonly patientName: Buffer;
  /** A sentence with the name in it, encoded. */
  readonly sentence: Buffer;
  /** Parts of the name in every spelling that may survive: as encoded, and in UTF-8. */
  readonly spellings: readonly Buffer[];
}

const NAMES: readonly (readonly [name: string, charset: string, person: string, parts: readonly string[]])[] =
  [
    ['latin1', 'ISO_IR 100', 'Größmannsdorf^Jürgenius', ['Größmannsdorf', 'Jürgenius']],
    ['latin2', 'ISO_IR 101', 'Wałęsowicz^Żaneta', ['Wałęsowicz', 'Żaneta']],
    ['cyrillic', 'ISO_IR 144', 'Люксембурковский^Аристарх', ['Люксембурковский', 'Аристарх']],
    ['utf-8', 'ISO_IR 192', 'Øverlandsvik^Bjørnulf=王小东', ['Øverlandsvik', 'Bjørnulf', '王小东']],
    ['gb18030', 'GB18030', 'Wangxd^Xiaodong=王^小东', ['Wangxd', 'Xiaodong', '小东']],
    ['gbk', 'GBK', 'Zhangwm^Weiming=张^伟明', ['Zhangwm', 'Weiming', '伟明']],
    [
      'iso-2022-jp',
      '\\ISO 2022 IR 87',
      'Yamadax^Tarouzaemon=山田^太郎',
      ['Yamadax', 'Tarouzaemon', '山田', '太郎'],
    ],
    [
      'iso-2022-kr',
      '\\ISO 2022 IR 149',
      'Hongx^Gildongsu=洪^吉洞=홍^길동',
      ['Hongx', 'Gildongsu', '吉洞', '길동'],
    ],
  ];

/** One person for each character set that hospitals use. */
export function charsetNames(): CharsetName[] {
  return NAMES.map(([name, charset, person, parts]) => {
    const sets = charset.split('\\');
    const encode = (text: string, vr: string): Buffer => {
      const bytes = encodeText(text, vr, sets);
      if (!bytes) throw new Error(`${charset} has no ${text}`);
      return bytes;
    };
    const spellings = parts.flatMap((part) => [Buffer.from(part), bare(encode(part, 'LO'))]);
    return {
      ...{ name, charset, spellings },
      patientName: encode(person, 'PN'),
      sentence: encode(`knee of ${parts.join(' ')} left`, 'LT'),
    };
  });
}

/** Without padding; escape sequences around it may change where it stands. */
function bare(encoded: Buffer): Buffer {
  const text = encoded.toString('latin1').trimEnd();
  return Buffer.from(text.replace(/^\x1b\$?[()]?[A-Z]|\x1b\([A-Z]$/g, ''), 'latin1');
}
