import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelRunner } from '../model/runner.js';
import type { Tensor } from '../model/tensor.js';
import { tinyModel } from './tiny-model.js';

/** One way to run a model, for the suite. */
export interface RunnerPlace {
  readonly runner: ModelRunner;
  close(): Promise<void>;
}

/** Opens a place that runs these bytes. */
export type OpenPlace = (model: Buffer) => Promise<RunnerPlace>;

const SIZE = 8;
const AREA = SIZE * SIZE;

/** A batch of pictures, each of one grey. */
export function greyBatch(...greys: readonly number[]): Tensor {
  const data = Float32Array.from(
    { length: greys.length * AREA },
    (_, at) => greys[Math.floor(at / AREA)] ?? 0,
  );
  return { name: 'image', shape: [greys.length, 1, SIZE, SIZE], data };
}

const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));

/** What everything that runs a model must do. The model is `tinyModel()`, whose answers can be told beforehand. */
export function runnerBehaviour(name: string, open: OpenPlace): void {
  describe(name, () => {
    let place: RunnerPlace;
    beforeAll(async () => {
      place = await open(tinyModel());
    });
    afterAll(() => place.close());

    it('tells what the model takes and gives', () => {
      expect(place.runner.ports).toEqual({
        inputs: [{ name: 'image', shape: [1, SIZE, SIZE] }],
        outputs: [
          { name: 'mask', shape: [1, SIZE, SIZE] },
          { name: 'probabilities', shape: [2] },
          { name: 'logits', shape: [2] },
        ],
      });
    });

    it('answers each picture of a batch as if it were alone, in order', async () => {
      const greys = [-2, 0, 3];
      const [mask, probabilities] = await place.runner.run([greyBatch(...greys)]);
      expect(mask?.shape).toEqual([3, 1, SIZE, SIZE]);
      for (const [at, grey] of greys.entries()) {
        expect(mask?.data[at * AREA + 5]).toBeCloseTo(sigmoid(grey), 5);
        expect(probabilities?.data[at * 2 + 1]).toBeCloseTo(sigmoid(grey), 5);
      }
    });

    it('answers several batches that come at once, each with its own', async () => {
      const answers = await Promise.all([1, 2, 4].map((grey) => place.runner.run([greyBatch(grey)])));
      expect(answers.map(([mask]) => mask?.data[0]?.toFixed(4))).toEqual(
        [1, 2, 4].map((grey) => sigmoid(grey).toFixed(4)),
      );
    });

    it('is probed', () => expect(place.runner.probe()).resolves.toBeUndefined());

    it('says INFERENCE_OUTPUT_INVALID when the model answers NaN, and goes on', async () => {
      const odd = await open(tinyModel({ answersNaN: true }));
      try {
        await expect(odd.runner.run([greyBatch(1)])).rejects.toMatchObject({
          code: 'INFERENCE_OUTPUT_INVALID',
        });
        await expect(odd.runner.probe()).resolves.toBeUndefined();
      } finally {
        await odd.close();
      }
    });
  });
}
