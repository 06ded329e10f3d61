import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSluiceError } from '@sluice/contracts';
import { tinyModel } from '../testing/tiny-model.js';
import { checkOnnxFile } from './onnx-file.js';

const refusal = (bytes: Buffer): string | undefined => {
  try {
    checkOnnxFile(bytes);
    return undefined;
  } catch (error) {
    return isSluiceError(error) ? error.detail : 'another error';
  }
};

/** A length-delimited field. */
const wrapped = (field: number, body: Buffer): Buffer => {
  const length: number[] = [];
  for (let rest = body.length; ; rest >>= 7) {
    length.push(rest > 127 ? (rest & 127) | 128 : rest);
    if (rest <= 127) break;
  }
  return Buffer.concat([Buffer.from([field * 8 + 2, ...length]), body]);
};

describe('an onnx file', () => {
  it('passes when everything is inside', () => expect(refusal(tinyModel())).toBeUndefined());

  it('that ships with us passes', () => {
    const models = join(import.meta.dirname, '../../../../models');
    for (const name of ['breast-us', 'breast-us-svm']) {
      const file = join(models, name, '1/model.onnx');
      expect(existsSync(file)).toBe(true);
      expect(refusal(readFileSync(file))).toBeUndefined();
    }
  });

  it('that keeps a weight in another file is refused', () =>
    expect(refusal(tinyModel({ external: true }))).toMatch(/outside/));

  it('that keeps it there inside a branch of a branch is refused too', () => {
    const [outside] = [wrapped(13, Buffer.from([]))];
    const tensor = wrapped(5, outside!);
    const branch = (graph: Buffer) => wrapped(1, wrapped(5, wrapped(6, graph)));
    expect(refusal(wrapped(7, branch(branch(tensor))))).toMatch(/outside/);
  });

  it('whose tags are longer than protobuf reads them is refused: the runtime would see another field', () => {
    // Field 13, with a bit above the 32 that the runtime keeps.
    const outside = Buffer.from([0xea, 0x80, 0x80, 0x80, 0x10, 0]);
    expect(refusal(wrapped(7, wrapped(5, outside)))).toMatch(/damaged/);
  });

  it('that the runtime would take for its own format is refused', () => {
    // A name of the producer, long enough to hold what a flatbuffer has to begin with; then a graph.
    const words = Buffer.concat([Buffer.from('x'), Buffer.from('ORTM'), Buffer.alloc(500)]);
    const file = Buffer.concat([wrapped(2, words), wrapped(7, Buffer.alloc(0))]);
    expect(file.subarray(4, 8).toString()).toBe('ORTM');
    expect(refusal(file)).toMatch(/format/);
  });

  it('that wants operators from somewhere is refused', () =>
    expect(refusal(tinyModel({ operators: 'com.example' }))).toMatch(/operators/));

  it('that nests without end is refused', () => {
    let graph = Buffer.alloc(0) as Buffer;
    for (let depth = 0; depth < 60; depth += 1) graph = wrapped(1, wrapped(5, wrapped(6, graph)));
    expect(refusal(wrapped(7, graph))).toMatch(/deep/);
  });

  it('without a graph, cut short, or of other bytes is refused', () => {
    expect(refusal(Buffer.alloc(0))).toMatch(/graph/);
    expect(refusal(tinyModel().subarray(0, 100))).toMatch(/damaged/);
    expect(refusal(Buffer.from('PK\x03\x04 zip'))).toMatch(/damaged/);
  });

  it('of any bytes is read or refused, never more', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        expect(refusal(Buffer.from(noise))).not.toBe('another error');
      }),
    );
  });
});
