/** Scheme designator of a code that was replaced (PS3.16 8: a private scheme begins with 99). */
export const REPLACED_SCHEME = '99SLUICE';

const DCM = /^1[0-3]\d{4}$/;
const SRT = /^[A-Z]\d?-[0-9A-F]{4,5}$/;
const SCT = /^[1-9]\d{5,17}$/;
const LOINC = /^\d{1,5}-\d$/;
const UNITS = new Set(
  (
    '1 % mm cm m um nm mm2 cm2 m2 mm3 cm3 ml mL L s ms us min h d wk mo a Hz kHz MHz deg rad kV keV MeV mA uA mAs uAs Gy cGy mGy uGy.m2 dGy.cm2 Gy.m2 mGy.cm ' +
    'Bq MBq kBq Bq/ml kBq/ml g/ml{SUVbw} cm2/ml{SUVbsa} g/ml g kg mg g/cm3 mg/cm3 kg/m2 cm/s m/s mm/s mm2/s um2/s 10-6.mm2/s 10-3.mm2/s /s /min l/min ml/min ml/s ' +
    "ml/min/100ml ml/100g/min ml/m2 mm[Hg] {H.B.}/min [hnsf'U] {ratio} {counts} {score} {no} {pixels} {scalar} {rounds} [ppm] Cel K T V mV uV W W/kg J dB mW/cm2"
  ).split(' '),
);

/**
 * True for a Code Value that proves itself by its form: DCM numbers, SNOMED RT, SNOMED CT and LOINC with their check digits, UCUM units.
 * A local code cannot be told from a number that a hospital gives a person, so it does not pass.
 */
export function isProvenCode(code: string): boolean {
  if (DCM.test(code) || SRT.test(code) || UNITS.has(code)) return true;
  if (LOINC.test(code)) return luhnHolds(code);
  return SCT.test(code) && /^[01]0$/.test(code.slice(-3, -1)) && verhoeffHolds(code);
}

/** LOINC's modulo 10 check digit (LOINC Users' Guide, appendix). */
function luhnHolds(code: string): boolean {
  const digits = code.replace('-', '');
  const sum = [...digits]
    .reverse()
    .reduce((total, digit, at) => total + weighed(Number(digit), at % 2 === 1), 0);
  return sum % 10 === 0;
}

function weighed(digit: number, doubled: boolean): number {
  const value = doubled ? digit * 2 : digit;
  return value > 9 ? value - 9 : value;
}

const PERMUTE = [0, 1, 2, 3, 4, 5, 6, 7].reduce<number[][]>((rows, row) => {
  const before = rows[row - 1];
  rows.push(
    before
      ? [1, 5, 7, 6, 2, 8, 3, 0, 9, 4].map((digit) => before[digit] as number)
      : [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  );
  return rows;
}, []);

/** Verhoeff's check digit over the dihedral group D5 (SNOMED CT Release File Specification 6.1). */
function verhoeffHolds(code: string): boolean {
  const check = [...code]
    .reverse()
    .reduce((sum, digit, at) => multiply(sum, PERMUTE[at % 8]?.[Number(digit)] ?? 0), 0);
  return check === 0;
}

function multiply(left: number, right: number): number {
  if (left < 5) return right < 5 ? (left + right) % 5 : ((left + right - 5) % 5) + 5;
  return right < 5 ? ((left - 5 - right + 5) % 5) + 5 : (left - right + 5) % 5;
}
