import { ERRORS, SluiceError } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { underTrace } from '../traces/current.js';
import { allowedFields } from './fields.js';
import { type Log, openLog } from './log.js';

const MARKERS = ['MARKER^JOHN', 'Marker John', '1.2.840.99999.77.1', '10.1.2.3', 'MARKER'];
const FIELDS = [
  'room',
  'door',
  'topic',
  'eventId',
  'tenant',
  'code',
  'kind',
  'errno',
  'errorName',
  'component',
  'frame',
  'instanceKey',
  'attempt',
  'traceId',
  'problem',
  'version',
  'peer',
  'durationMs',
  'problems',
  'frames',
  'topics',
  'patientName',
  '__proto__',
  'constructor',
];

function opened(): { log: Log; lines: string[]; last: () => Record<string, unknown> } {
  const lines: string[] = [];
  const log = openLog({ room: 'scrubbing', level: 'debug', to: { write: (line) => void lines.push(line) } });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown> };
}

describe('the log', () => {
  it('writes JSON lines with the room, the trace and the fields on the list', () => {
    const { log, last } = opened();
    underTrace(`00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, () =>
      log.info('record done', { topic: 'instance.received', durationMs: 12.5, count: 3 }),
    );
    expect(last()).toMatchObject({
      level: 'info',
      room: 'scrubbing',
      traceId: 'a'.repeat(32),
      msg: 'record done',
      topic: 'instance.received',
      durationMs: 12.5,
    });
  });

  it.each(FIELDS)('never holds a marker given as %s', (field) => {
    const { log, lines } = opened();
    for (const marker of MARKERS) {
      for (const value of [marker, [marker], { marker }, new Error(marker)])
        log.warn('something', { [field]: value });
    }
    for (const marker of MARKERS) expect(lines.join('')).not.toContain(marker);
    expect(lines).toHaveLength(MARKERS.length * 4);
  });

  it('never holds a marker of a message that was built, or of a level that is off', () => {
    const { log, lines } = opened();
    for (const marker of MARKERS) log.info(`patient ${marker}` as 'patient');
    for (const marker of MARKERS) expect(lines.join('')).not.toContain(marker);
    expect(lines[0]).toContain('message withheld');
  });

  it('tells of an error its code, kind and frames; never its message, detail, cause or properties', () => {
    const { log, lines } = opened();
    for (const marker of MARKERS) {
      const cause = Object.assign(new Error(marker), { path: marker, code: marker });
      const thrown = [
        cause,
        new SluiceError('STORE_UNAVAILABLE', { detail: marker, cause }),
        new SluiceError('UNEXPECTED', { cause }),
        marker,
        { marker },
      ];
      for (const each of [
        ...thrown,
        new AggregateError([cause], marker),
        Object.assign(new TypeError(marker), { name: marker }),
      ])
        log.error('failed', each);
    }
    for (const marker of MARKERS) expect(lines.join('')).not.toContain(marker);
  });

  it('shows of a fatal error the names that its detail gives, and the hint of the catalogue', () => {
    const { log, last } = opened();
    const detail =
      'topic site-a.instance.received has min.insync.replicas 1: set it to 2, or say minIsr=2 in BUS_URL';
    log.error('failed', new SluiceError('BUS_TOPIC_CONTRACT', { detail }));
    expect(last()).toMatchObject({
      code: 'BUS_TOPIC_CONTRACT',
      detail,
      hint: ERRORS.BUS_TOPIC_CONTRACT.hint,
    });
    log.error('failed', new SluiceError('STORE_UNAVAILABLE', { detail }));
    expect(last()).not.toHaveProperty('detail');
    const problems = 'BUS_URL: missing; PEERS: 0.aeTitle, name is given twice; PEERS: "MARKER"';
    log.error('failed', new SluiceError('SERVICE_CONFIG_INVALID', { detail: problems }));
    expect(last()['problems']).toEqual(['BUS_URL: missing', 'PEERS: 0.aeTitle, name is given twice']);
  });

  it('withholds the detail of a fatal error that is more than words and names', () => {
    const { log, lines } = opened();
    for (const marker of MARKERS) {
      for (const detail of [marker, `topic ${marker} is missing`, `"${marker}"`, `kafka://${marker}`])
        log.error('failed', new SluiceError('BUS_TOPIC_CONTRACT', { detail }));
      expect(lines.join('')).not.toContain(marker);
    }
  });

  it('finds where in our own code a bug is, and is not led by frames in a message', () => {
    const { log, last } = opened();
    log.error('failed', new TypeError('x\n    at f (/app/libs/marker/src/marker.ts:1:1)'));
    expect(last()).toMatchObject({ code: 'UNEXPECTED', kind: 'unexpected', errorName: 'TypeError' });
    expect(last()['frames']).toEqual([expect.stringMatching(/^service\/logs\/log\.spec\.ts:[0-9]+$/)]);
    const forged = new Error('x');
    forged.message = 'changed afterwards';
    forged.stack = 'Error: x\n    at f (/app/libs/marker/src/marker.ts:1:1)';
    log.error('failed', forged);
    expect(last()['frames']).toEqual([]);
  });

  it('keeps the errno of the system', () => {
    const { log, last } = opened();
    log.error('failed', Object.assign(new Error('connect 10.0.0.1'), { code: 'ECONNREFUSED' }));
    expect(last()).toMatchObject({ errno: 'ECONNREFUSED' });
  });

  it('takes each field only with the text that belongs there', () => {
    const fields = {
      code: 'STORE_UNAVAILABLE',
      topic: 'deid.t1.instance.v1',
      instanceKey: 'a'.repeat(64),
      version: '0.1.0',
      eventId: `sealed:raw:${'a'.repeat(64)}`,
      problems: ['BUS_URL: missing'],
    };
    expect(allowedFields(fields)).toEqual(fields);
    expect(
      allowedFields({
        code: 'NO_SUCH_CODE',
        topic: 'Instance',
        instanceKey: 'a'.repeat(63),
        durationMs: Number.NaN,
        count: '3',
      }),
    ).toEqual({});
  });
});
