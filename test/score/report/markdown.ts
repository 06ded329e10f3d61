import { CHECK_KINDS } from '../scorer/check.types.ts';
import type { Miss } from './misses.ts';
import { newMisses, type ProfileResult, type Results } from './results.ts';

/** The result file that people read. */
export function markdownOf(results: Results): string {
  const { machine, profiles, missing } = results;
  const corpus = Object.entries(results.corpus).map(([group, count]) => `${count} ${group}`);
  const sections = [
    `# Score of ${machine.date.slice(0, 10)}, commit ${machine.commit}`,
    [
      `- ${machine.date}, ${results.seconds.toFixed(0)} s; ${machine.cores} cores (${machine.cpu}), ${machine.memoryGiB} GiB; load average before: ${machine.loadBefore}`,
      `- corpus: ${corpus.join(', ')}`,
      `- rows judged by ${results.judgedBy}`,
      ...missing.map((line) => `- not looked at: ${line}`),
    ].join('\n'),
    `## Misses that nothing explains\n\n${missTable(newMisses(profiles))}`,
    `## Checks\n\n${checkTable(profiles)}`,
    `## Over-redaction and known losses\n\n${missTable(profiles.flatMap(({ misses }) => misses.filter(({ known }) => known !== undefined)))}`,
    `## Held\n\n${heldTable(profiles)}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

function missTable(misses: readonly Miss[]): string {
  if (misses.length === 0) return 'None.';
  const rows = misses.map((miss) => [
    ...[miss.profile, miss.class, miss.kind, miss.row, miss.found],
    miss.objects.length > 3
      ? `${miss.objects.length} objects, first ${miss.objects[0]}`
      : miss.objects.join('; '),
    miss.known ?? '',
  ]);
  return table(['profile', 'class', 'kind', 'row or place', 'found', 'objects', 'why'], rows);
}

function checkTable(profiles: readonly ProfileResult[]): string {
  const kinds = CHECK_KINDS.filter((kind) => profiles.some(({ checks }) => checks[kind]));
  const rows = profiles.map(({ profile, released, objects, checks, objectsPerSecond }) => [
    ...[profile, `${released}/${objects}`, objectsPerSecond.toFixed(1)],
    ...kinds.map((kind) => {
      const made = checks[kind];
      return made ? `${made.passed}${made.missed > 0 ? ` **-${made.missed}**` : ''}` : '-';
    }),
  ]);
  return table(['profile', 'released', 'objects/s', ...kinds], rows);
}

function heldTable(profiles: readonly ProfileResult[]): string {
  const rows = profiles.flatMap(({ profile, held }) =>
    held.map(({ object, reason, expected, words }) => [profile, object, reason, expected, String(words)]),
  );
  return rows.length === 0
    ? 'None.'
    : table(['profile', 'object', 'reason', 'expected', 'words in its pixels'], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
