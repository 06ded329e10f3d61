import { readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Evaluation, evaluateFolder } from '@sluice/inference/evaluate/evaluate-folder';
import { type LoadedModel, openModels } from '@sluice/inference/model/open-models';
import { EXIT, parse, usage, type Command } from '../command.js';
import type { Output } from '../output.js';

const MODELS = fileURLToPath(new URL('../../../../models', import.meta.url));
const BATCH = 4;
const ROWS = [
  ['Dice of the outline', 'dice'],
  ['AUC of the class', 'auc'],
  ['accuracy of the class', 'accuracy'],
  ['median error of the long axis', 'longAxisErrorMedian'],
  ['expected calibration error', 'ece'],
  ['missed lesions', 'missed'],
] as const;

/** `sluice evaluate`: a model's figures on a folder of pictures and masks, on the service's own way. */
export const evaluate: Command = {
  summary: 'score a model on a folder of pictures and masks with MANIFEST.tsv',
  usage: ['evaluate --model NAME --data FOLDER [--where COLUMN=VALUE[,VALUE]] [--models FOLDER]'],
  async run(args, output) {
    const { values } = parse(args, {
      model: { type: 'string' },
      data: { type: 'string' },
      where: { type: 'string' },
      models: { type: 'string' },
    });
    if (!values.model || !values.data) throw usage('--model and --data are needed');
    const folder = await newestVersion(join(values.models ?? MODELS, values.model));
    const processes = Math.min(8, availableParallelism());
    const model = await openModel(folder, processes);
    try {
      const evaluation = await evaluateFolder(model, values.data, {
        where: whereOf(values.where),
        atOnce: 2 * processes * BATCH,
        onProgress: (done, total) => output.progress('pictures', done, total),
      });
      tell(output, model, evaluation);
    } finally {
      await model.runner.close();
    }
    return EXIT.done;
  },
};

/** Versions are whole numbers (Triton's repository layout). */
async function newestVersion(folder: string): Promise<string> {
  const entries = await readdir(folder).catch(() => []);
  const versions = entries
    .filter((name) => /^[0-9]+$/.test(name))
    .sort((one, other) => Number(other) - Number(one));
  if (!versions[0]) throw usage('there is no such model');
  return join(folder, versions[0]);
}

/** Nobody is put before it here: neither digest nor signature is asked for. */
async function openModel(folder: string, processes: number): Promise<LoadedModel> {
  const [model] = await openModels({
    INFERENCE_MODELS: JSON.stringify([{ folder }]),
    INFERENCE_MODE: 'development',
    INFERENCE_DEVICE: 'auto',
    INFERENCE_PROCESSES: processes,
    INFERENCE_THREADS: 1,
    INFERENCE_BATCH: BATCH,
    INFERENCE_DELAY_MS: 0,
    INFERENCE_TIMEOUT_MS: 600_000,
  });
  return model!;
}

function whereOf(text: string | undefined): { column: string; values: string[] } | undefined {
  if (text === undefined) return undefined;
  const [column = '', list = ''] = text.split('=');
  if (!column || !list) throw usage('--where is COLUMN=VALUE[,VALUE]');
  return { column, values: list.split(',') };
}

function tell(output: Output, { identity }: LoadedModel, evaluation: Evaluation): void {
  output.value({ model: identity, ...evaluation });
  if (output.json) return;
  output.table(
    ROWS.map(([figure, name]) => ({
      figure,
      value: rounded(evaluation[name]),
      '95 % interval': evaluation.intervals[name].map(rounded).join(' to '),
    })),
  );
  output.say(
    `${evaluation.n} pictures of ${evaluation.groups} patients; ${identity.name} version ${identity.version}; intervals by a bootstrap over patients. Research use, not a medical device.`,
  );
}

const rounded = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(4));
