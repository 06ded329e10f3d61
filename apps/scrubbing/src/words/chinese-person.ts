/**
 * What says in kept Chinese text who somebody is: names by their form, numbers behind a word that announces one. Text that is cleaned needs
 * neither (clean-words.ts): of it only what is clinical stays.
 */
import { COMPOUND_SURNAMES, PLACE_ENDS, SURNAMES } from './chinese-surnames.table.js';
import { withoutClinicalHan } from './vocabulary.js';

const HAN = /\p{Script=Han}+/gu;
const compound = new Set(COMPOUND_SURNAMES.split(' '));
const single = new Set(SURNAMES);
const LONGEST_NAME = 4;
/** A name behind the word for a person, or before a title. */
const PERSONS =
  /(?:姓名|患者|病人|病员|家属|联系人)[:：]?\s{0,3}\p{Script=Han}{2,4}|\p{Script=Han}{1,3}(?:先生|女士|小姐|医生|医师|大夫|主任|教授|护士|技师|院长)/u;
/** Medical insurance, social security, record and telephone numbers, whatever their form, behind their names. */
const ANNOUNCED =
  /(?:医保|醫保|社保|医疗保险|社会保障|身份证|护照|病历|病案|住院|门诊|就诊|登记|检查|条码|卡|电话|手机|联系方式)\p{Script=Han}{0,4}[.:#=：]?\s{0,3}[A-Za-z]{0,3}[- ]?\d[A-Za-z\d-]{3,31}/u;

/** True where a run of two to four characters, clinical terms apart, begins with a common family name, or a person or number is announced. */
export function hasChinesePerson(text: string): boolean {
  const wide = text.normalize('NFKC');
  if (ANNOUNCED.test(wide) || PERSONS.test(wide)) return true;
  return [...wide.matchAll(HAN)].some(
    ([run]) => !PLACE_ENDS.test(run) && withoutClinicalHan(run).some(isName),
  );
}

function isName(run: string): boolean {
  const characters = [...run];
  if (characters.length < 2 || characters.length > LONGEST_NAME) return false;
  const [first = '', second = ''] = characters;
  return compound.has(first + second) ? characters.length > 2 : single.has(first);
}
