import { SluiceError } from '@sluice/contracts';
import { describe, expect, it, vi } from 'vitest';
import type { Tensor } from '../model/tensor.js';
import { type BatchLimits, type BatchReport, createBatchQueue, type PictureOptions } from './batch-queue.js';

const LIMITS: BatchLimits = { maxBatch: 8, maxDelayMs: 0, maxWaiting: 2_000, concurrency: 1 };

/** A model that gives each number back, when it is let; a batch with a number of `bad` fails as the code says. */
function echo(
  limits: Partial<BatchLimits> = {},
  bad?: { value: number; code: 'INFERENCE_OUTPUT_INVALID' | 'INFERENCE_RUNNER_DIED' },
) {
  const batches: number[][] = [];
  const reports: BatchReport[] = [];
  let let_: (() => void)[] = [];
  let held = false;
  const runner = {
    run: async ([input]: readonly Tensor[]) => {
      const values = [...(input?.data ?? [])];
      batches.push(values);
      if (held) await new Promise<void>((done) => let_.push(done));
      if (bad && values.includes(bad.value)) throw new SluiceError(bad.code);
      return [{ ...input!, name: 'same' }];
    },
  };
  const queue = createBatchQueue(
    runner,
    { ...LIMITS, ...limits },
    {
      onBatch: (report) => void reports.push(report),
    },
  );
  const submit = (value: number, options?: PictureOptions) =>
    queue.submit([{ name: 'image', shape: [1, 1], data: Float32Array.of(value) }], options).then(
      ([same]) => same?.data[0],
      (error: SluiceError) => error.code,
    );
  return {
    batches,
    reports,
    queue,
    submit,
    hold: () => (held = true),
    release: () => {
      held = false;
      for (const done of let_) done();
      let_ = [];
    },
  };
}

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at);

describe('a batch queue', () => {
  it('gathers what waits into full batches, and answers each its own', async () => {
    const { submit, batches, hold, release } = echo();
    hold();
    const answers = Promise.all(upTo(20).map((value) => submit(value)));
    release();
    expect(await answers).toEqual(upTo(20));
    expect(batches.slice(1).map((batch) => batch.length)).toEqual(expect.arrayContaining([8]));
    expect(batches.flat().sort((a, b) => a - b)).toEqual(upTo(20));
  });

  it('starts an urgent picture within one batch while 1,000 routine ones wait', async () => {
    const { submit, batches, hold, release, queue } = echo();
    hold();
    const routine = upTo(1_000).map((value) => submit(value));
    const before = batches.length;
    const urgent = submit(5_000, { urgent: true });
    expect(queue.waiting()).toEqual({ urgent: 1, routine: 1_000 - batches.flat().length });
    release();
    expect(await urgent).toBe(5_000);
    expect(batches[before]).toContain(5_000);
    expect(await Promise.all(routine)).toEqual(upTo(1_000));
  });

  it('waits a little for others when nothing is urgent', async () => {
    const { submit, batches } = echo({ maxDelayMs: 600_000, maxBatch: 3 });
    const answers = Promise.all([submit(1), submit(2), submit(3)]);
    expect(await answers).toEqual([1, 2, 3]);
    expect(batches).toEqual([[1, 2, 3]]);
    void submit(4);
    expect(batches).toHaveLength(1);
    expect(await submit(5, { urgent: true })).toBe(5);
    expect(batches[1]).toEqual([5, 4]);
  });

  it('refuses what is more than may wait, and takes more when there is room', async () => {
    const { submit, hold, release } = echo({ maxWaiting: 10, maxBatch: 1 });
    hold();
    const taken = upTo(11).map((value) => submit(value));
    expect(await submit(99)).toBe('INFERENCE_BUSY');
    release();
    expect(await Promise.all(taken)).toEqual(upTo(11));
    expect(await submit(99)).toBe(99);
  });

  it('leaves only the picture at fault without an answer', async () => {
    const { submit, hold, release, reports } = echo({}, { value: 13, code: 'INFERENCE_OUTPUT_INVALID' });
    hold();
    const answers = Promise.all([0, 11, 12, 13, 14].map((value) => submit(value)));
    release();
    expect(await answers).toEqual([0, 11, 12, 'INFERENCE_OUTPUT_INVALID', 14]);
    expect(reports.map(({ size }) => size)).toEqual([1, 4]);
  });

  it('answers all in hand of a process that died, and goes on', async () => {
    const { submit, hold, release } = echo({}, { value: 13, code: 'INFERENCE_RUNNER_DIED' });
    hold();
    const answers = Promise.all([0, 12, 13].map((value) => submit(value)));
    release();
    expect(await answers).toEqual([0, 'INFERENCE_RUNNER_DIED', 'INFERENCE_RUNNER_DIED']);
    expect(await submit(14)).toBe(14);
  });

  it('gives its answers, and says so, when a batch cannot be reported', async () => {
    const tell = vi.fn().mockImplementationOnce(() => {
      throw new TypeError('a bug');
    });
    const onUnreported = vi.fn();
    const same = { run: async (inputs: readonly Tensor[]) => inputs };
    const queue = createBatchQueue(same, LIMITS, { onBatch: tell, onUnreported });
    const inputs = [{ name: 'image', shape: [1, 1], data: Float32Array.of(1) }];
    await expect(queue.submit(inputs)).resolves.toEqual(inputs);
    expect(onUnreported).toHaveBeenCalledExactlyOnceWith(new TypeError('a bug'));
    await expect(queue.submit(inputs)).resolves.toEqual(inputs);
    expect(tell).toHaveBeenCalledTimes(2);
  });

  it('runs a suspect alone', async () => {
    const { submit, batches, hold, release } = echo();
    hold();
    const answers = Promise.all([submit(0), submit(1), submit(2, { alone: true }), submit(3)]);
    release();
    await answers;
    expect(batches).toEqual([[0], [1], [2], [3]]);
  });
});
