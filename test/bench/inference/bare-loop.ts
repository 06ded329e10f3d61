// `node bare-loop.ts MODEL BATCH BATCHES`: what onnxruntime alone does, one thread and nothing around it. Prints images per second.
import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const [file = '', ...numbers] = process.argv.slice(2);
const [batch = 1, batches = 1] = numbers.map(Number);
const session = await InferenceSession.create(readFileSync(file), {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
});
const [input] = session.inputMetadata;
if (!input?.isTensor) throw new Error('the model takes no tensor');
const shape = [batch, ...input.shape.slice(1).map(Number)];
const size = shape.reduce((product, side) => product * side, 1);
const image = new Tensor(
  'float32',
  Float32Array.from({ length: size }, (_, at) => (at * 31) % 256),
  shape,
);
const feeds = { [input.name]: image };
// The first two batches are the slowest: the runtime lays out its memory by the first, and takes it for the second.
for (let at = 0; at < 3; at += 1) await session.run(feeds);
const began = performance.now();
for (let at = 0; at < batches; at += 1) await session.run(feeds);
console.log((batch * batches * 1000) / (performance.now() - began));
