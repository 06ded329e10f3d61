import { type EventData, EVENTS } from '@sluice/contracts';
import { decodeText, readElements, type ElementView } from '@sluice/dicom';
import { eventOf, type NextEvent } from '@sluice/service';

const DEIDENTIFICATION_METHOD_CODES = 0x00120064;
const CODE_VALUE = 0x00080100;

/** Attributes that analytics may know (contracts `DeidInstanceV1`), by tag. */
const TAGS = {
  SOPClassUID: 0x00080016,
  SOPInstanceUID: 0x00080018,
  Modality: 0x00080060,
  PatientPseudonym: 0x00100020,
  BodyPartExamined: 0x00180015,
  SliceThickness: 0x00180050,
  StudyInstanceUID: 0x0020000d,
  SeriesInstanceUID: 0x0020000e,
  Laterality: 0x00200060,
  PhotometricInterpretation: 0x00280004,
  NumberOfFrames: 0x00280008,
  Rows: 0x00280010,
  Columns: 0x00280011,
  PixelSpacing: 0x00280030,
  BitsStored: 0x00280101,
} as const;
const WANTED = new Map<number, keyof typeof TAGS>(
  Object.entries(TAGS).map(([keyword, tag]) => [tag, keyword as keyof typeof TAGS]),
);

/**
 * What analytics is told of a de-identified object: one event, or none when its schema refuses it. Reads the object to its end.
 * An odd value must not keep an object out of the archive. @throws SluiceError DICOM_* when the object does not read
 */
export async function analyticsOf(
  tenant: string,
  clean: AsyncIterable<Buffer>,
): Promise<NextEvent<'deid.instance.v1'>[]> {
  const event = await deidInstance(tenant, clean);
  return EVENTS['deid.instance.v1'].safeParse(event.data).success ? [event] : [];
}

/**
 * The allow-listed attributes of a de-identified object, read from its own bytes to their end, as `deid.instance.v1`.
 * @throws SluiceError DICOM_* when the object does not read
 */
export async function deidInstance(
  tenant: string,
  clean: AsyncIterable<Buffer>,
): Promise<NextEvent<'deid.instance.v1'>> {
  const values = new Map<keyof typeof TAGS, string>();
  const codes: string[] = [];
  const meta = await readElements(clean, (element) => {
    const text = () => textOf(element);
    const keyword = element.path.length === 0 ? WANTED.get(element.tag) : undefined;
    if (keyword) values.set(keyword, text());
    if (element.tag === CODE_VALUE && element.path[0]?.tag === DEIDENTIFICATION_METHOD_CODES)
      codes.push(text());
  });
  const data = dataOf(tenant, values, {
    TransferSyntaxUID: meta.transferSyntaxUID,
    DeidentificationMethodCodes: codes.slice(0, 32),
  });
  return eventOf('deid.instance.v1', { id: data.SOPInstanceUID, data });
}

type Deid = EventData<'deid.instance.v1'>;

function dataOf(
  tenant: string,
  values: ReadonlyMap<keyof typeof TAGS, string>,
  rest: Pick<Deid, 'TransferSyntaxUID' | 'DeidentificationMethodCodes'>,
): Deid {
  const word = (keyword: keyof typeof TAGS, most = 16) => values.get(keyword)?.slice(0, most) || undefined;
  const number = (keyword: keyof typeof TAGS) => numbers(values.get(keyword))[0];
  const count = (keyword: keyof typeof TAGS) =>
    Number.isSafeInteger(number(keyword)) ? number(keyword) : undefined;
  const spacing = numbers(values.get('PixelSpacing'));
  const optional = {
    Modality: word('Modality'),
    BodyPartExamined: word('BodyPartExamined'),
    Laterality: word('Laterality'),
    PhotometricInterpretation: word('PhotometricInterpretation'),
    Rows: count('Rows'),
    Columns: count('Columns'),
    NumberOfFrames: count('NumberOfFrames'),
    BitsStored: count('BitsStored'),
    SliceThickness: number('SliceThickness'),
    PixelSpacing: spacing.length === 2 ? spacing : undefined,
  };
  return {
    schema: 'deid.instance.v1',
    tenant,
    SOPInstanceUID: word('SOPInstanceUID', 64) ?? '',
    SeriesInstanceUID: word('SeriesInstanceUID', 64) ?? '',
    StudyInstanceUID: word('StudyInstanceUID', 64) ?? '',
    SOPClassUID: word('SOPClassUID', 64) ?? '',
    PatientPseudonym: word('PatientPseudonym', 64) ?? '',
    ...rest,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}

function textOf({ value, vr, charset, littleEndian }: ElementView): string {
  if (!value || value.length === 0) return '';
  if (vr === 'US') return String(littleEndian ? value.readUInt16LE(0) : value.readUInt16BE(0));
  return decodeText(value, vr, charset)
    .replace(/[\0 ]+$/, '')
    .trimStart();
}

const numbers = (text = ''): number[] =>
  text
    .split('\\')
    .flatMap((part) => (part.trim() !== '' && Number.isFinite(Number(part)) ? [Number(part)] : []));
