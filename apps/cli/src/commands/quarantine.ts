import { listQuarantined, type Quarantined } from '@sluice/archival/rows/quarantined';
import { RELEASABLE } from '@sluice/contracts';
import { EXIT, parse, usage, type Command } from '../command.js';
import type { Desk } from '../desk.js';
import { type Doors, withDoors } from '../doors.js';
import type { Output } from '../output.js';
import { decide, type Verdict } from '../quarantine/decide.js';
import { findQuarantined } from '../quarantine/find-quarantined.js';
import { hintOf, showEveryFrame, showRecord } from '../quarantine/show.js';

const OPTIONS = {
  all: { type: 'boolean' },
  out: { type: 'string' },
  full: { type: 'boolean' },
  reason: { type: 'string' },
  mask: { type: 'string', multiple: true },
} as const;
const MOST_REASON = 2_000;
const MOST_MASKS = 32;
const HOUR_MS = 3_600_000;

type Values = ReturnType<typeof parse<typeof OPTIONS>>['values'];

/** `sluice quarantine`: what was held back; a person looks and decides. */
export const quarantine: Command = {
  summary: 'what could not be proven clean: a person looks and decides',
  usage: [
    'quarantine list [--all]',
    'quarantine show KEY --out FOLDER [--full]',
    'quarantine release KEY --reason TEXT [--mask X,Y,WIDTH,HEIGHT]...',
    'quarantine reject KEY --reason TEXT',
  ],
  async run(args, output, desk) {
    const { values, positionals } = parse(args, OPTIONS);
    const [verb = 'list', key] = positionals;
    const { person } = desk;
    if (verb === 'list') return withDoors((doors) => list(doors, output, values.all ?? false), { person });
    if (!key || !['show', 'release', 'reject'].includes(verb))
      throw usage('quarantine list, or show, release or reject with a KEY');
    if (verb === 'show') return show(key, values, { output, desk });
    const verdict = { ...verdictOf(verb === 'release' ? 'released' : 'rejected', values), by: person };
    return withDoors((doors) => settle(doors, output, { key, verdict }), { person });
  },
};

async function list(doors: Doors, output: Output, all: boolean): Promise<number> {
  const rows = await listQuarantined(await doors.index(), { undecided: !all });
  output.table(rows.map(output.json ? lineOf : shortLineOf));
  const waiting = rows.filter(({ decision }) => !decision).length;
  output.say(waiting === 0 ? 'nothing waits for a person' : `${waiting} wait for a person`);
  return waiting === 0 ? EXIT.done : EXIT.incomplete;
}

function lineOf({ held, decision }: Quarantined): Readonly<Record<string, unknown>> {
  const code = held.code ?? 'UNEXPECTED';
  return {
    key: held.content_key,
    code,
    hint: hintOf(code),
    releasable: RELEASABLE.has(code),
    at: new Date(held.at).toISOString(),
    modality: held.modality,
    profile: held.profile,
    studyKey: held.study_key,
    instanceKey: held.instance_key,
    outcome: held.outcome,
    ...(decision && {
      decided: decision.decided,
      by: decision.by_person,
      decidedAt: new Date(decision.at).toISOString(),
    }),
  };
}

function shortLineOf({ held, decision }: Quarantined): Readonly<Record<string, unknown>> {
  const code = held.code ?? 'UNEXPECTED';
  return {
    key: held.content_key.slice(0, 16),
    code,
    age: ageOf(Date.now() - held.at),
    modality: held.modality,
    profile: held.profile,
    decided: decision && `${decision.decided} by ${decision.by_person}`,
    'what to do': hintOf(code),
  };
}

/** Whole days, or whole hours of the first two. */
function ageOf(ms: number): string {
  const hours = Math.floor(ms / HOUR_MS);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}

async function show(
  key: string,
  { out, full }: Values,
  { output, desk }: { output: Output; desk: Desk },
): Promise<number> {
  if (!out) throw usage('quarantine show needs --out');
  const look = async (doors: Doors) => {
    const found = await findQuarantined(doors, key);
    const folder = await desk.folder(out);
    // One from before there were records has none: every frame can be shown all the same.
    const files = full && !found.record ? [] : await showRecord(doors, found, folder);
    const onFrame = (done: number, frames: number) => output.progress('frames', done, frames);
    if (full) files.push(...(await showEveryFrame(doors, found, { folder, onFrame })));
    for (const file of files) output.value({ key: found.held.content_key, file });
    output.say(
      `${files.length} files in ${out}: they may show who it is, keep them safe. That you opened them is recorded.`,
    );
    if (!full)
      output.say(
        'At most three frames, scaled down (facts.json says which): --full shows every frame as it is.',
      );
    return EXIT.done;
  };
  return withDoors(look, { person: desk.person });
}

function verdictOf(decided: Verdict['decided'], { reason = '', mask = [] }: Values): Omit<Verdict, 'by'> {
  if (reason.trim() === '' || reason.length > MOST_REASON)
    throw usage(`a decision needs --reason, of at most ${MOST_REASON} characters`);
  if (decided === 'rejected' && mask.length > 0) throw usage('--mask belongs to release');
  if (mask.length > MOST_MASKS) throw usage(`at most ${MOST_MASKS} masks`);
  return { decided, reason, rectangles: mask.map(rectangleOf) };
}

function rectangleOf(text: string): Verdict['rectangles'][number] {
  const [x = 0, y = 0, width = 0, height = 0] = /^\d{1,5}(,\d{1,5}){3}$/.test(text)
    ? text.split(',').map(Number)
    : [];
  if (width === 0 || height === 0) throw usage('--mask is X,Y,WIDTH,HEIGHT in pixels');
  return { x, y, width, height };
}

async function settle(
  doors: Doors,
  output: Output,
  { key, verdict }: { key: string; verdict: Verdict },
): Promise<number> {
  const found = await findQuarantined(doors, key);
  const decision = await decide(doors, found, verdict);
  output.value({ key: found.held.content_key, decided: verdict.decided, decision });
  output.say(
    verdict.decided === 'released'
      ? 'released: it is de-identified again, and leaves if nothing else stands against it'
      : 'rejected: it stays archived as it came, and is not released',
  );
  return EXIT.done;
}
