import { SluiceError } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { DataSetStream } from './data-set-stream.js';

function stream(): { stream: DataSetStream; taps: string[] } {
  const taps: string[] = [];
  return {
    stream: new DataSetStream({
      pause: () => void taps.push('pause'),
      resume: () => void taps.push('resume'),
    }),
    taps,
  };
}

async function read(source: DataSetStream): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return chunks;
}

describe('DataSetStream', () => {
  it('moves the fragments of one read together and leaves those of two apart', async () => {
    const { stream: source } = stream();
    const one = Buffer.from('..ab..cd..ef');
    source.push(one.subarray(2, 4));
    source.push(one.subarray(6, 8));
    source.push(one.subarray(10, 12));
    source.flush();
    source.push(Buffer.from('gh'));
    source.end();
    expect((await read(source)).map(String)).toEqual(['abcdef', 'gh']);
    expect(source.readToEnd).toBe(true);
  });

  it('pauses the source when its reader is slow and resumes it when it has caught up', async () => {
    const { stream: source, taps } = stream();
    for (let at = 0; at < 20; at += 1) {
      source.push(Buffer.alloc(65_536));
      source.flush();
    }
    expect(taps).toEqual(['pause']);
    source.end();
    await read(source);
    expect(taps).toEqual(['pause', 'resume']);
  });

  it('throws to its reader when the association is gone, whatever is queued', async () => {
    const { stream: source } = stream();
    source.push(Buffer.from('half'));
    const reading = read(source);
    source.fail(new SluiceError('DICOM_ASSOCIATION_LOST'));
    await expect(reading).rejects.toThrow('DICOM_ASSOCIATION_LOST');
    expect(source.readToEnd).toBe(false);
  });

  it('drops the rest when its reader stops early', async () => {
    const { stream: source } = stream();
    source.push(Buffer.alloc(600_000));
    source.flush();
    for await (const chunk of source) {
      expect(chunk.length).toBe(600_000);
      break;
    }
    source.push(Buffer.alloc(600_000));
    expect(source.paused).toBe(false);
    source.end();
    expect(source.readToEnd).toBe(false);
  });

  it('is read once', () => {
    const { stream: source } = stream();
    source[Symbol.asyncIterator]();
    expect(() => source[Symbol.asyncIterator]()).toThrow('read once');
  });
});
