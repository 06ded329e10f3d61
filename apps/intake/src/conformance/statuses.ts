import { ERRORS, type ErrorCode } from '@sluice/contracts';

/** Rooms whose errors a sender can meet. */
const ROOMS = /^(INTAKE|DICOM|STORE|CRYPTO|BUS)_/;
/** Never the answer to a C-STORE: said of a request, a credential or our own side. */
const NOT_ON_STORE =
  /^INTAKE_(PEER|CALLED|ASSOCIATION|BODY_MALFORMED|MEDIA|STUDY|CREDENTIALS)|^DICOM_(LISTEN|PEER|TITLE|ASSOCIATION)/;
/** Nor met at this door at all: it looks at no pixel, hears no event, opens no subject's secret and announces nothing again. */
const NOT_AT_THIS_DOOR =
  /^INTAKE_(NAME_DIFFERS|SENDER_UNKNOWN)|^BUS_(RECORD|DEAD)|^CRYPTO_(SECRET|PUBLIC)|^DICOM_(PIXELS|CODEC)|^STORE_DIGEST/;
const DIMSE_OF_KIND = { transient: 0xa700, permanent: 0xc000, unexpected: 0x0110, fatal: undefined } as const;
/** Said of a whole STOW-RS request. */
const ON_REQUEST = /^INTAKE_(PEER|BODY|MEDIA|STUDY|CREDENTIALS|OUT)/;

/** Rows of the page: C-STORE statuses (PS3.4 B.2.3) and the codes of the catalogue that lead to each. */
export function storeStatuses(): string[] {
  const byStatus = new Map<number, string[]>([[0x0110, ['`UNEXPECTED`']]]);
  for (const [code, { kind, dimse }] of Object.entries(ERRORS)) {
    const status = dimse ?? DIMSE_OF_KIND[kind];
    if (!ROOMS.test(code) || NOT_ON_STORE.test(code) || NOT_AT_THIS_DOOR.test(code)) continue;
    if (status === undefined) continue;
    byStatus.set(status, [...(byStatus.get(status) ?? []), `\`${code}\``]);
  }
  const rows = [...byStatus]
    .sort(([a], [b]) => a - b)
    .map(([status, codes]) => `| ${hex(status)} | ${codes.join(', ')} |`);
  return ['| 0000 | the instance and its event are durable |', ...rows];
}

/** Rows of the page: HTTP statuses of STOW-RS (PS3.18 Table 10.5.3-1). */
export function httpStatuses(): string[] {
  const codesOf = (http: number) =>
    (Object.keys(ERRORS) as ErrorCode[])
      .filter((code) => ON_REQUEST.test(code) && ERRORS[code].http === http)
      .map((code) => `\`${code}\``)
      .join(', ');
  return [
    '| 200 | every part is stored |',
    '| 202 | some parts are stored; each other one has its reason |',
    `| 400 | ${codesOf(400)}, or no part at all |`,
    `| 401 | ${codesOf(401)} |`,
    `| 403 | ${codesOf(403)} |`,
    `| 408 | ${codesOf(408)} |`,
    '| 409 | no part is stored; each has its reason |',
    `| 415 | ${codesOf(415)}, of the request or of every part |`,
    '| 500 | `UNEXPECTED` |',
    `| 503, Retry-After | ${codesOf(503)}, or a backing service is down and no part is stored |`,
  ];
}

function hex(status: number): string {
  return status.toString(16).toUpperCase().padStart(4, '0');
}
