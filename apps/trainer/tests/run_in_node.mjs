// node --conditions=@sluice/source run_in_node.mjs MODEL IMAGES SIDE OUT: what the service's own runner says of pictures (float32, SIDE x SIDE
// each), written to OUT, picture by picture: mask, probabilities, logits.
import { readFileSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

// Lets plain Node run the service's sources: imports end in `.js` where the file is `.ts`.
registerHooks({
  resolve(name, context, next) {
    try {
      return next(name, context);
    } catch (error) {
      if (!name.endsWith('.js')) throw error;
      return next(`${name.slice(0, -3)}.ts`, context);
    }
  },
});
const SERVICE = new URL('../../inference/src/model/', import.meta.url);
const { checkOnnxFile } = await import(new URL('onnx-file.ts', SERVICE));
const { openOnnxRunner } = await import(new URL('runner-onnxruntime.ts', SERVICE));

const [modelFile, imagesFile, side, out] = process.argv.slice(2);
const model = readFileSync(modelFile);
checkOnnxFile(model);
const bytes = new Uint8Array(readFileSync(imagesFile));
const images = new Float32Array(bytes.buffer);
const area = Number(side) ** 2;
const runner = await openOnnxRunner({ model });
const batch = 5;
const said = [];
for (let at = 0; at < images.length; at += batch * area) {
  const data = images.slice(at, at + batch * area);
  const count = data.length / area;
  const outputs = await runner.run([{ name: 'image', shape: [count, 1, Number(side), Number(side)], data }]);
  for (let picture = 0; picture < count; picture += 1)
    for (const { data: all } of outputs) {
      const size = all.length / count;
      said.push(Buffer.from(Float32Array.from(all.subarray(picture * size, (picture + 1) * size)).buffer));
    }
}
writeFileSync(out, Buffer.concat(said));
await runner.close();
