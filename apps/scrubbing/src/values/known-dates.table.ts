/**
 * Dates and times that are no one person's. Others know them, or find them in each object of a device, a source, a lot or a protocol: whoever
 * knows one as it was and reads it moved has the offset of that person, and with it every date. So none of them ever moves.
 */
const DATES = {
  'version of a context group': '00080106 00080107',
  'version of a template': '0040db06 0040db07',
  'approval of a trial': '00120086 00120087',
  'implant template: effective, issued': '00686226 00686270',
  'hanging protocol made': '0072000a',
  'device made, installed': '00181204 00181205',
  'device calibrated': '00143076 00143077 0014407c 0014407e 00181200 00181201 00181202 00181203',
  'detector calibrated': '0018700c 0018700e',
  'sealed source, measured once for all its patients': '300a022c 300a022e',
  'lot of a product expires': '0044000b',
  'protocol asserted, until when': '00440104 00440105',
} as const;

/** Their tags. */
export const KNOWN_DATES: ReadonlySet<number> = new Set(
  Object.values(DATES).flatMap((tags) => tags.split(' ').map((tag) => Number.parseInt(tag, 16))),
);

/** The same as content items: code, scheme and value type of the concept name. Calibration DateTime of a dose meter (PS3.16 TID 10003). */
export const KNOWN_DATE_CONCEPTS: readonly string[] = ['113723 DCM DATETIME'];
