import { type DynamicModule, Module } from '@nestjs/common';
import { hostSettings, type Running } from '@sluice/service';
import { startForTest } from '@sluice/service/testing';
import { z } from 'zod';
import { openOnnxRunner } from '../model/runner-onnxruntime.js';
import { createBatchQueue } from '../queue/batch-queue.js';
import type { ServedModel } from '../v2/served-model.js';
import { SERVED_MODELS, V2Controller } from '../v2/v2.controller.js';

@Module({})
class V2TestModule {}

/** Our own door, in this process, on a free port. */
export async function serveModels(models: readonly ServedModel[]): Promise<Running & { url: string }> {
  const module = (): DynamicModule => ({
    module: V2TestModule,
    controllers: [V2Controller],
    providers: [{ provide: SERVED_MODELS, useValue: models }],
  });
  const running = await startForTest(
    'inference',
    { settings: z.object(hostSettings), module },
    { environment: {} },
  );
  return { ...running, url: `http://127.0.0.1:${running.port}` };
}

/** A model on our own door, run by onnxruntime. */
export async function serveOnnx(
  model: Buffer,
  maxBatch = 4,
): Promise<{ url: string; close(): Promise<void> }> {
  const runner = await openOnnxRunner({ model });
  const queue = createBatchQueue(runner, { maxBatch, maxDelayMs: 0, maxWaiting: 64, concurrency: 1 });
  const served = { name: 'tiny', version: '1', digest: 'a'.repeat(64), runner, queue, maxBatch };
  const { url, stop } = await serveModels([served]);
  return { url, close: () => Promise.all([stop(), runner.close()]).then(() => undefined) };
}
