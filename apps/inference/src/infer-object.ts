import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { type EventData, isSluiceError, objectNames, SluiceError } from '@sluice/contracts';
import type { Keys } from '@sluice/crypto';
import type { Codecs } from '@sluice/dicom';
import type { Store } from '@sluice/store';
import { modelFrames, type ModelInput, type OpenObject, readInput } from './input/read-input.js';
import type { Job } from './jobs/jobs.js';
import type { Answer, StoredAnswer } from './jobs/stored-answers.js';
import type { LoadedModel } from './model/open-models.js';
import type { Tensor } from './model/tensor.js';
import type { PictureOptions } from './queue/batch-queue.js';
import { answerFrame, type FrameAnswer, type ModelOutput } from './results/answer-frame.js';
import type { Finding } from './results/finding.js';
import { makeResults, type Results } from './results/make-results.js';
import type { SecondOpinion } from './results/second-opinion.js';
import { resultUids } from './results/uids.js';

/** The doors that putting an object before models takes. */
export interface InferDoors {
  readonly store: Store;
  readonly keys: Keys;
  readonly codecs: Codecs;
  readonly models: readonly LoadedModel[];
}

type Scrubbed = EventData<'instance.scrubbed.v1'>;
type Result = Answer['results'][number];

/** Raise it when the same picture and model would give other results, so that these have new names. */
const CODE_VERSION = '2';
/** An object of this size or less is opened once and kept in memory. */
const KEPT_BYTES = 16 * 1024 * 1024;
const MOST_TOLD_LESIONS = 4;
const MOST_TOLD_CLASSES = 8;

/**
 * Puts a clean object before every model: what a model was made for is answered by staged, sealed results, the rest with the reason
 * why not. A second run finds the results of the first under their names.
 * @throws SluiceError STORE_*, CRYPTO_*, INFERENCE_RUNNER_DIED, INFERENCE_SERVER_*, INFERENCE_BUSY
 */
export async function inferObject(
  doors: InferDoors,
  { scrubbed, urgent }: Job,
  { alone }: { alone: boolean },
): Promise<readonly StoredAnswer[]> {
  const open = await openClean(doors, scrubbed);
  const answers: StoredAnswer[] = [];
  for (const model of doors.models)
    answers.push(await answerOf(doors, { scrubbed, open, model, urgent, alone }));
  return answers;
}

/** What every model answers when an object is set aside. */
export function failedAnswers(models: readonly LoadedModel[], code: SluiceError['code']): StoredAnswer[] {
  return models.map((model) => failedAnswer(model, code));
}

interface Task extends PictureOptions {
  readonly scrubbed: Scrubbed;
  readonly open: OpenObject;
  readonly model: LoadedModel;
}

/** What cannot be read, or is answered with rubbish, will be so again: that is an answer. */
async function answerOf(doors: InferDoors, task: Task): Promise<StoredAnswer> {
  const { model, open, scrubbed } = task;
  try {
    const input = await readInput(open, model.contract);
    if (typeof input === 'string')
      return { answer: { model: model.identity, verdict: 'unfit', reason: input, results: [] } };
    const frames = await framesOf(doors, task, input);
    // Writing results takes this thread: what is being sent to the model goes on before it.
    await turn();
    const newUid = resultUids(scrubbed.cleanDigest, digestsOf(model));
    const { identity, contract } = model;
    const results = makeResults({ dataSet: input.dataSet, model: identity, contract, frames, newUid });
    return await stagedAnswer(doors, task, results);
  } catch (error) {
    const isAnswer = isSluiceError(error) && error.kind === 'permanent' && !error.code.startsWith('STORE_');
    if (!isAnswer) throw error;
    return failedAnswer(model, error.code);
  }
}

/** What the results of a model come from: with another second opinion they are others. */
const digestsOf = ({ identity, second }: LoadedModel): string =>
  second ? `${identity.digest}+${second.identity.digest}` : identity.digest;

const failedAnswer = ({ identity }: LoadedModel, code: SluiceError['code']): StoredAnswer => ({
  answer: { model: identity, verdict: 'failed', code, results: [] },
});

async function framesOf(doors: InferDoors, task: Task, input: ModelInput): Promise<FrameAnswer[]> {
  const { model, open, urgent, alone } = task;
  const { contract } = model;
  const frames: FrameAnswer[] = [];
  for await (const frame of modelFrames(open, input, { contract, codecs: doors.codecs })) {
    const output = frame.image && (await askModel(model, frame.image, { urgent, alone }));
    const answer = answerFrame(frame, output, contract);
    const isOutlined = frame.image && output && answer.lesions.length > 0;
    const second = isOutlined && (await askSecond(model, { image: frame.image, mask: output.mask }, task));
    frames.push(second ? { ...answer, second } : answer);
  }
  return frames;
}

/** The picture and the first model's outline before the second model; that it gives no numbers is told, and ends nothing. */
async function askSecond(
  { second, contract }: LoadedModel,
  { image, mask }: { image: Float32Array; mask: Float32Array },
  { urgent, alone }: PictureOptions,
): Promise<SecondOpinion | undefined> {
  if (!second) return undefined;
  const { size } = contract.input.letterbox;
  const inputs = Object.entries({ [contract.input.name]: image, mask }).map(([name, data]) => ({
    ...{ name, data, shape: [1, 1, size, size] },
  }));
  try {
    const [probabilities] = await second.queue.submit(inputs, { urgent, alone });
    const isGiven = probabilities && areProbabilities(probabilities);
    const given = isGiven ? Array.from(probabilities.data, (one) => Math.min(1, one)) : undefined;
    return { model: second.identity, probabilities: given };
  } catch (error) {
    if (!isSluiceError(error) || error.code !== 'INFERENCE_OUTPUT_INVALID') throw error;
    return { model: second.identity, probabilities: undefined };
  }
}

/** One picture (the model's square, float32 of 0-255) before the model. @throws SluiceError INFERENCE_* */
export async function askModel(
  { contract, queue }: Pick<LoadedModel, 'contract' | 'queue'>,
  image: Float32Array,
  options: PictureOptions = {},
): Promise<ModelOutput> {
  const { size } = contract.input.letterbox;
  const input = { name: contract.input.name, shape: [1, 1, size, size], data: image };
  const [mask, probabilities, logits] = await queue.submit([input], options);
  if (!mask || !probabilities || !logits || !areProbabilities(mask) || !areProbabilities(probabilities))
    throw new SluiceError('INFERENCE_OUTPUT_INVALID', { detail: 'a probability is none' });
  return { mask: mask.data, probabilities: probabilities.data, logits: logits.data };
}

/** Sums in 32 bits may end a little above one. */
function areProbabilities({ data }: Tensor): boolean {
  for (let at = 0; at < data.length; at += 1) if (!(data[at]! >= 0 && data[at]! <= 1.001)) return false;
  return true;
}

async function stagedAnswer(doors: InferDoors, task: Task, results: Results): Promise<StoredAnswer> {
  const { model, scrubbed } = task;
  const { finding, segmentation, report, capture, picture } = results;
  const made = [
    ['seg', segmentation],
    ['sr', report],
    ['capture', capture],
    ['finding', Buffer.from(JSON.stringify(finding))],
    ['picture', picture],
  ] as const;
  const staged: Result[] = [];
  for (const [kind, bytes] of made)
    if (bytes) staged.push(await stage(doors, { scrubbed, model }, { kind, bytes }));
  const { identity } = model;
  const answer = {
    model: identity,
    verdict: 'answered' as const,
    triage: finding.triage.class,
    results: staged,
  };
  return { answer, told: toldOf(model, finding) };
}

async function stage(
  { store, keys }: InferDoors,
  { scrubbed, model }: Pick<Task, 'scrubbed' | 'model'>,
  { kind, bytes }: { kind: Result['kind']; bytes: Buffer },
): Promise<Result> {
  const making = createHash('sha256')
    .update([scrubbed.outcome, digestsOf(model), CODE_VERSION].join(' '))
    .digest('hex')
    .slice(0, 16);
  const name = objectNames.stagedResult(scrubbed, `${making}-${kind}`);
  const sealer = keys.staging(scrubbed.tenant, 'staging-result');
  const { ref: object, created } = await store.put(name, sealer.seal(once(bytes)));
  // Another batch or another device rounds differently: what stands is described, not what was made in vain.
  const plain = created ? once(bytes) : sealer.open(await store.get(object));
  return { kind, object, ...(await described(plain)) };
}

async function described(
  plain: AsyncIterable<Uint8Array>,
): Promise<Pick<Result, 'plainDigest' | 'plainSizeBytes'>> {
  const hash = createHash('sha256');
  let plainSizeBytes = 0;
  for await (const chunk of plain) {
    hash.update(chunk);
    plainSizeBytes += chunk.length;
  }
  return { plainDigest: hash.digest('hex'), plainSizeBytes };
}

/** What analytics may know of a finding: numbers and words of the model, no UID but the object's own. */
function toldOf({ identity, contract }: LoadedModel, finding: Finding): StoredAnswer['told'] {
  const looked = contract.classes.indexOf(contract.positiveClass);
  const suspicion = (frame: Finding['frames'][number]) => frame.classes[looked]?.probability ?? 0;
  const [leading] = [...finding.frames].sort((one, other) => suspicion(other) - suspicion(one));
  const lesions = finding.frames
    .flatMap(({ frame, lesions: found }) => found.map((lesion) => ({ ...lesion, frame })))
    .sort((one, other) => other.longAxis.value - one.longAxis.value);
  return {
    model: identity,
    triage: finding.triage.class,
    reasons: finding.triage.reasons.slice(0, 8),
    classes: (leading?.classes ?? []).slice(0, MOST_TOLD_CLASSES),
    lesions: lesions
      .slice(0, MOST_TOLD_LESIONS)
      .map(({ frame, longAxis, shortAxis, area, meanProbability }) => ({
        ...{ frame, longAxis, shortAxis, area, meanProbability },
      })),
    lesionsTotal: lesions.length,
  };
}

/** The de-identified object's bytes, again and again. */
async function openClean(
  { store, keys }: InferDoors,
  { tenant, clean, cleanSizeBytes }: Scrubbed,
): Promise<OpenObject> {
  const sealer = keys.staging(tenant, 'staging-clean');
  if (cleanSizeBytes > KEPT_BYTES)
    return async function* opened() {
      yield* sealer.open(await store.get(clean));
    };
  const bytes = Buffer.concat(await Array.fromAsync(sealer.open(await store.get(clean))));
  return () => once(bytes);
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
