import { listStudies, type StudyStatus } from '@sluice/archival/rows/study-status';
import { EXIT, parse, type Command } from '../command.js';
import { withDoors } from '../doors.js';

/** `sluice status`: the newest studies and where they stand. */
export const status: Command = {
  summary: 'the newest studies and where they stand',
  usage: ['status [--limit N]'],
  async run(args, output, { person }) {
    const { values } = parse(args, { limit: { type: 'string' } });
    const limit = Math.min(1000, Number(values.limit ?? 50) || 50);
    const studies = await withDoors(async (doors) => listStudies(await doors.index(), limit), { person });
    if (output.json) output.table(studies.map((study) => ({ ...study })));
    else output.table(studies.map(statusRow));
    if (studies.length === 0) output.say('no study has been received yet');
    return studies.every((study) => study.unsettled === 0) ? EXIT.done : EXIT.incomplete;
  },
};

/** One line of the table; the key is shortened, `--json` has it whole. */
export function statusRow(study: StudyStatus): Readonly<Record<string, string | number>> {
  const held = Object.entries(study.quarantined).map(([code, count]) => `${count} ${code}`);
  return {
    study: study.studyKey.slice(0, 12),
    instances: study.instances,
    raw: study.archivedRaw,
    clean: study.archivedClean,
    quarantined: held.join(', ') || '-',
    unsettled: study.unsettled,
    removed: study.removed,
    replaced: study.replaced,
    kept: study.kept,
    'sealed bytes': study.sealedBytes,
    'manifest SHA-256': study.manifest.digest?.slice(0, 16) ?? '-',
    seconds: Math.round((study.changedAt - study.firstAt) / 100) / 10,
  };
}
