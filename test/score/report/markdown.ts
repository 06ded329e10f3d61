import { CHECK_KINDS } from '../scorer/check.types.ts';
import type { Miss } from './misses.ts';
import { isMet } from './aims.ts';
import type { Recall, Share } from './recall.ts';
import { newMisses, pixelMisses, type ProfileResult, type Results } from './results.ts';

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
      ...(results.readers.length > 0 ? [`- outputs read by ${results.readers.join('; ')}`] : []),
      ...missing.map((line) => `- not looked at: ${line}`),
    ].join('\n'),
    `## Misses that nothing explains\n\n${missTable(newMisses(profiles))}`,
    pixelSection(results),
    `## Checks\n\n${checkTable(profiles)}`,
    `## Over-redaction and known losses\n\n${missTable(profiles.flatMap(({ misses }) => misses.filter(({ known }) => known !== undefined)))}`,
    `## Held\n\n${sharesOf(profiles)}${heldTable(profiles)}`,
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function pixelSection({ recall, aims, profiles }: Results): string {
  if (recall.length === 0) return '';
  const rows = aims.map((aim) => {
    const { measure, right, total, atLeast } = aim;
    return [
      measure,
      `${right} of ${total}`,
      (right / total).toFixed(4),
      `>= ${atLeast}`,
      isMet(aim) ? 'met' : '**missed**',
    ];
  });
  return [
    '## Words in pixels',
    rows.length > 0 ? table(['aim', 'right', 'share', 'aim', ''], rows) : 'No image with words was released.',
    ...recall.map(recallTable),
    `### Each miss\n\n${missTable(pixelMisses(profiles))}`,
  ].join('\n\n');
}

const BAR = 20;

function recallTable({ profile, masked, sideways, kept }: Recall): string {
  const row = (what: string, { sizePx, right, total, held }: Share) => {
    const released = total - held;
    const share = released > 0 ? right / released : 0;
    return [
      `${sizePx} px`,
      what,
      `${right} of ${released}`,
      String(held),
      released > 0 ? '█'.repeat(Math.round(share * BAR)) : '',
    ];
  };
  const rows = [
    ...masked.map((share) => row('hidden', share)),
    ...sideways.map((share) => row('running up or down, hidden', share)),
    ...kept.map((share) => row('kept', share)),
  ];
  return `### ${profile}, by size\n\n${table(['size', '', 'right', 'in held images', ''], rows)}`;
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

/** Of well-formed files: how many were held; documents and conflicts are not counted. */
function sharesOf(profiles: readonly ProfileResult[]): string {
  const lines = profiles.flatMap(({ profile, wellFormed }) => {
    if (!wellFormed || wellFormed.total === 0) return [];
    const heldCount = wellFormed.total - wellFormed.released;
    const share = ((100 * heldCount) / wellFormed.total).toFixed(1);
    return [`${profile}: ${heldCount} of ${wellFormed.total} well-formed files held, ${share} %.`];
  });
  return lines.length > 0 ? `${lines.join('\n\n')}\n\n` : '';
}

function heldTable(profiles: readonly ProfileResult[]): string {
  const rows = profiles.flatMap(({ profile, held }) =>
    held.map(({ object, reason, expected, illFormed = '', words }) => [
      profile,
      object,
      reason,
      expected,
      illFormed,
      String(words.filter((word) => word.expected === 'mask').length),
    ]),
  );
  return rows.length === 0
    ? 'None.'
    : table(['profile', 'object', 'reason', 'expected', 'not well-formed', 'words to hide'], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
