import {
  IMPLEMENTATION_CLASS_UID,
  IMPLEMENTATION_VERSION,
  LISTENER_LIMITS,
  SECURITY_PROFILE,
  STORAGE_SOP_CLASSES,
  VERIFICATION,
} from '@sluice/dicom';
import { ACCEPTED_SYNTAXES } from '../admission/accepted.js';
import { MAX_PARTS } from '../stow/store-instances.js';
import { httpStatuses, storeStatuses } from './statuses.js';

/** The page docs/conformance.md (PS3.2, short form), from the tables that the code runs on. */
export function conformancePage(): string {
  const sections = [
    HEAD,
    services(),
    associations(),
    storage(),
    stow(),
    security(),
    table('## SOP classes', '| UID | Name | SCP | SCU |', sopClasses()),
    table(
      '## Transfer syntaxes',
      '| UID | Name |',
      [...ACCEPTED_SYNTAXES].map((each) => row(each)),
    ),
  ];
  return `${sections.join('\n\n')}\n`;
}

const HEAD = `# DICOM conformance statement

Generated from the tables in \`apps/intake\` and \`libs/dicom\`; do not edit. After a change there:
\`UPDATE_DOCS=1 npx vitest run apps/intake/src/conformance\`.

Sluice takes images in, keeps them as they came, and makes a de-identified copy of each. It answers no queries and retrieves nothing.`;

function services(): string {
  return table('## Network and web services', '| Service | Role | Where |', [
    '| Verification | SCP | `DIMSE_PORT`, `DIMSE_TLS_PORT` |',
    '| Storage | SCP | `DIMSE_PORT`, `DIMSE_TLS_PORT` |',
    '| Storage | SCU | `sluice push FOLDER --to AE@host:port` |',
    '| Studies, Store transaction (STOW-RS, PS3.18 10.5) | origin server | `POST /dicomweb/studies`, `POST /dicomweb/studies/{study}` |',
  ]);
}

function associations(): string {
  const limits = LISTENER_LIMITS;
  const facts = table('## Associations', '| What | As acceptor |', [
    '| Application context | 1.2.840.10008.3.1.1.1 |',
    `| Implementation class UID, version name | ${IMPLEMENTATION_CLASS_UID}, ${IMPLEMENTATION_VERSION} |`,
    '| Associations at once | setting `DIMSE_MAX_ASSOCIATIONS`; from one address `DIMSE_MAX_ASSOCIATIONS_PER_ADDRESS` |',
    '| Least rate of a sender | setting `INTAKE_MIN_BYTES_PER_SECOND` |',
    `| Connections without an association | ${limits.maxPending}, from one address ${limits.maxPendingPerAddress}; the oldest is closed |`,
    `| Longest PDU received | ${limits.maxPduBytes} bytes |`,
    '| Asynchronous operations, role selection, extended negotiation | none |',
    `| Wait for A-ASSOCIATE-RQ (ARTIM) | ${seconds(limits.associateTimeoutMs)} |`,
    `| Silence on an association | ${seconds(limits.idleTimeoutMs)}, then A-ABORT |`,
    `| Longest data set | ${limits.maxDataSetBytes} bytes, within ${seconds(limits.dataSetTimeoutMs)} |`,
  ]);
  return `${facts}

A caller is known by its AE title and, where its row in the peer table (\`PEERS\`) names them, by its address and its client certificate.

${table('', '| A-ASSOCIATE-RJ: result, source, reason | When |', [
  '| 1, 1, 3 | the calling AE title is unknown, or comes from another address or with another certificate |',
  '| 1, 1, 7 | another AE title is called than `DIMSE_AE_TITLE` or the peer table say |',
  '| 1, 1, 2 | another application context is asked for |',
  '| 1, 2, 2 | another version of the protocol is asked for |',
  '| 2, 3, 2 | the watermark is reached, or there is no place for another association |',
  '| 2, 3, 1 | the service is being stopped |',
]).trimStart()}

Of each presentation context the first proposed transfer syntax is taken that the peer may use. A peer's row may narrow both lists below.`;
}

function storage(): string {
  return `## Storage SCP

Level 2 (full): every attribute is kept, private ones included, byte for byte. Nothing is coerced. A data set needs a valid Study, Series and
SOP Instance UID, and the class and instance that its command names. Success is sent when the object and its event are durable, never before.
The same instance with the same content is taken again with success; with other content it is kept, and held for a person to judge.

${table('', '| C-STORE status | Codes in Error Comment (0000,0902) |', storeStatuses()).trimStart()}

As SCU, \`sluice push\` sends each object in the transfer syntax it is in, one presentation context per class and syntax, one operation at a time.
Warnings (Bxxx) count as stored.`;
}

function stow(): string {
  return `## STOW-RS

Request: \`application/dicom\` or \`multipart/related; type="application/dicom"\`, at most ${MAX_PARTS} parts, with or without Content-Length. Answer:
\`application/dicom+json\` with Referenced (0008,1199), Failed (0008,1198) and Other Failures (0008,119A) Sequence; Failure Reason (0008,1197) is
the C-STORE status, Error Comment (0000,0902) the code. A sender is known by \`Authorization: Bearer\` or by its client certificate.

${table('', '| HTTP status | When, or which code of the whole request |', httpStatuses()).trimStart()}`;
}

function security(): string {
  const suites = SECURITY_PROFILE.ciphers.split(':').map((suite) => `\`${suite}\``);
  return `## Security profiles

DIMSE over TLS and STOW-RS over TLS follow the BCP 195 RFC 8996, 9325 profile (PS3.15 B.12): ${SECURITY_PROFILE.minVersion.replace('v', ' ')} or newer, no
renegotiation by DIMSE, curves ${SECURITY_PROFILE.ecdhCurve.replaceAll(':', ', ')}, and these suites: ${suites.join(', ')}.
With \`TLS_CA\` a client certificate of that authority is required for DIMSE and asked for by STOW-RS. Every refusal is recorded in the audit trail.`;
}

function sopClasses(): string[] {
  return [
    row([VERIFICATION, 'Verification'], ' yes | - |'),
    ...[...STORAGE_SOP_CLASSES].map((each) => row(each, ' yes | yes |')),
  ];
}

function row([uid, name]: readonly [string, string], roles = ''): string {
  return `| ${uid} | ${name} |${roles}`;
}

function table(title: string, header: string, rows: readonly string[]): string {
  return [title, '', header, header.replace(/[^|]+/g, '---'), ...rows].join('\n');
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}
