import type { Codecs } from '@sluice/dicom';
import { baseObject } from './base-object.ts';
import type { CorpusObject } from './corpus.types.ts';
import { BACKGROUNDS, drawFrame, type FrameRequest, type Word } from './draw-frame.ts';
import { PIXEL_FORMS, type PixelForm, pixelElements } from './encode-frames.ts';
import { type Item, withElements, writeObject } from './write-object.ts';

/** Font sizes in pixels; capitals are about 0.73 of it. */
export const SIZES = [9, 10, 11, 12, 13, 14, 16, 18, 22, 28, 34, 40] as const;
/** As fontconfig names them; what is not installed falls back to one that is. */
const FONTS = ['DejaVu Sans', 'Nimbus Sans', 'DejaVu Serif', 'Noto Sans Mono', 'Nimbus Sans Narrow'];
const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';
const ULTRASOUND = '1.2.840.10008.5.1.4.1.1.6.1';
const ULTRASOUND_FRAMES = '1.2.840.10008.5.1.4.1.1.3.1';
const FRAMES = 3;
/** Of words that run up or down an image. */
const SIDEWAYS_SIZES = [12, 14, 16, 18, 22, 28, 34, 40] as const;

const PERSON = {
  name: 'Corvalle^Ellingrove',
  id: 'QW83104427',
  birthDate: '19580314',
  institution: 'Quillwater Hospital',
  studyDate: '20260219',
} as const;
const WHO: readonly Word[] = [
  'CORVALLE',
  'Ellingrove',
  'QW83104427',
  '14.03.1958',
  'Quillwater',
  '02/19/2026',
].map((text) => ({ text, expected: 'mask' }));
const KEEP: readonly Word[] = ['120kVp', 'MI 0.6', 'TIS 0.4', 'LEFT', '12.5 cm', 'Portable'].map((text) => ({
  text,
  expected: 'keep',
}));

/** How many there are of each dimension; a short form has fewer. */
export interface BurnedInScope {
  readonly sizes: readonly number[];
  readonly backgrounds: readonly FrameRequest['background'][];
}
export const WHOLE: BurnedInScope = { sizes: SIZES, backgrounds: BACKGROUNDS };

/** Screens with the person's words and technical ones, of every size on every background, the syntaxes by turns. */
export async function* burnedIn(scope: BurnedInScope, codecs: Codecs): AsyncGenerator<CorpusObject> {
  let number = 0;
  for (const sizePx of scope.sizes) {
    for (const background of scope.backgrounds) {
      const form = PIXEL_FORMS[number % PIXEL_FORMS.length] as PixelForm;
      const font = FONTS[number % FONTS.length] ?? 'sans-serif';
      const words = mixed(number);
      yield await objectOf({ words, sizePx, background, font, seed: number + 1 }, { form, codecs, number });
      number += 1;
    }
  }
}

/** Screens on which such words run up or down, by turns; whether what devices print so stays is left open. */
export async function* burnedInSideways(codecs: Codecs): AsyncGenerator<CorpusObject> {
  let number = 0;
  for (const sizePx of SIDEWAYS_SIZES) {
    for (const background of BACKGROUNDS) {
      const form = PIXEL_FORMS[number % PIXEL_FORMS.length] as PixelForm;
      const font = FONTS[number % FONTS.length] ?? 'sans-serif';
      const words = mixed(number).map((word): Word =>
        word.expected === 'keep' ? { ...word, expected: 'optional' } : word,
      );
      const runs = number % 2 === 0 ? 'up' : 'down';
      const request = { words, sizePx, background, font, seed: number + 1, runs } as const;
      yield await objectOf(request, { form, codecs, number });
      number += 1;
    }
  }
}

/** The person's words and the others by turns, beginning elsewhere each time: in large letters not all of them fit. */
function mixed(number: number): Word[] {
  const turned = <T>(all: readonly T[]) => all.map((_, at) => all[(at + number) % all.length] as T);
  const [who, keep] = [turned(WHO), turned(KEEP)];
  return who.flatMap((word, at) => [word, keep[at] as Word]);
}

async function objectOf(
  request: FrameRequest,
  { form, codecs, number }: { form: PixelForm; codecs: Codecs; number: number },
): Promise<CorpusObject> {
  const frames = number % 10 === 9 ? FRAMES : 1;
  const { pixels, words } = await drawFrame(request);
  const name = `burned-in-${request.sizePx}px-${request.runs ? `${request.runs}-` : ''}${request.background}-${form.name}${frames > 1 ? `-${frames}-frames` : ''}`;
  const all = Array.from({ length: frames }, () => pixels);
  const { header, native, fragments } = await pixelElements(all, form, codecs);
  const elements = withElements(headOf(name, { frames, number }), [...header, ...(native ? [native] : [])]);
  return {
    file: writeObject(elements, form.transferSyntaxUID, fragments),
    sheet: {
      ...{
        name,
        group: 'burned-in',
        patient: 'burned-in',
        planted: [],
        words,
        valid: dciodvfyReads(form),
        outcome: 'released',
      },
      identifying: ['Corvalle', 'Ellingrove', PERSON.id, PERSON.birthDate].map((word) => Buffer.from(word)),
    },
  };
}

/** It cannot skip pixels in a deflated stream, and calls that an error of the object. */
function dciodvfyReads({ name }: PixelForm): boolean {
  return name !== 'deflated';
}

function headOf(name: string, { frames, number }: { frames: number; number: number }): Item {
  const isUltrasound = frames > 1 || number % 2 === 0;
  const sopClass = frames > 1 ? ULTRASOUND_FRAMES : isUltrasound ? ULTRASOUND : SECONDARY_CAPTURE;
  const base = baseObject({ patient: 'burned-in', object: name });
  return withElements(
    base.filter(([tag]) => tag >>> 16 < 0x28),
    [
      [0x00080008, 'CS', isUltrasound ? 'ORIGINAL\\PRIMARY' : 'DERIVED\\SECONDARY'],
      [0x00080016, 'UI', sopClass],
      [0x00080020, 'DA', PERSON.studyDate],
      [0x00080060, 'CS', isUltrasound ? 'US' : 'OT'],
      ...(isUltrasound ? [] : ([[0x00080064, 'CS', 'WSD']] as Item)),
      [0x00080080, 'LO', PERSON.institution],
      [0x00100010, 'PN', PERSON.name],
      [0x00100020, 'LO', PERSON.id],
      [0x00100030, 'DA', PERSON.birthDate],
      [0x00280301, 'CS', 'YES'],
    ],
  );
}
