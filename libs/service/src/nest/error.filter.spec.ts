import { Controller, Get, Module, Param } from '@nestjs/common';
import { SluiceError } from '@sluice/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hostSettings } from '../settings/fragments.js';
import type { Running } from '../start.js';
import { captureLog, startForTest } from '../testing.js';

const THROWN: Readonly<Record<string, () => unknown>> = {
  transient: () => new SluiceError('STORE_UNAVAILABLE', { detail: 'MARKER', cause: new Error('MARKER') }),
  permanent: () => new SluiceError('INTAKE_UID_MISMATCH'),
  bug: () => new TypeError('MARKER'),
  text: () => 'MARKER',
};

@Controller('things')
class ThingsController {
  @Get(':name')
  fail(@Param('name') name: string): never {
    throw THROWN[name]?.();
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

const logTo = captureLog();
let running: Running & { readonly exits: readonly number[] };
beforeAll(async () => {
  running = await startForTest(
    'intake',
    { settings: z.object(hostSettings), module: () => ({ module: ThingsModule }) },
    { environment: {}, logTo },
  );
});
afterAll(() => running.stop());

async function ask(path: string): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await fetch(`http://127.0.0.1:${running.port}${path}`);
  return { status: response.status, text: await response.text(), headers: response.headers };
}

describe('the HTTP edge', () => {
  it.each([
    ['transient', 503, '{"code":"STORE_UNAVAILABLE"}'],
    ['permanent', 409, '{"code":"INTAKE_UID_MISMATCH"}'],
    ['bug', 500, '{"code":"UNEXPECTED"}'],
    ['text', 500, '{"code":"UNEXPECTED"}'],
  ])('answers %s by status %d and code', async (name, status, text) => {
    expect(await ask(`/things/${name}`)).toMatchObject({ status, text });
    expect(logTo.lines.join('')).not.toContain('MARKER');
  });

  it('asks a sender to come back when a dependency is ill', async () => {
    expect((await ask('/things/transient')).headers.get('retry-after')).toBe('10');
  });

  it('does not quote the request, nor say what serves it', async () => {
    const answer = await ask('/studies/MARKER');
    expect(answer).toMatchObject({ status: 404, text: '{"status":404}' });
    expect(answer.headers.has('x-powered-by')).toBe(false);
    expect(logTo.lines.join('')).not.toContain('MARKER');
  });
});
