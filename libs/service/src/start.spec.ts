import { Module } from '@nestjs/common';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hostSettings } from './settings/fragments.js';
import { start } from './start.js';
import { captureLog, startForTest } from './testing.js';

@Module({})
class EmptyModule {}

const settings = z.object({ ...hostSettings, NOTE: z.string().optional() });
const application = { settings, module: () => ({ module: EmptyModule }) };
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function ask(port: number, path: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: response.status, text: await response.text() };
}

describe('start', () => {
  it('serves health and metrics on its port', async () => {
    const running = await startForTest('scrubbing', application, { environment: {} });
    closers.push(() => running.stop());
    running.host.metrics.counter('records_total').add({ topic: 'instance.received' });
    expect(await ask(running.port, '/health/live')).toEqual({ status: 200, text: '{"live":true}' });
    expect(await ask(running.port, '/health/ready')).toMatchObject({
      status: 200,
      text: expect.stringContaining('"phase":"open"'),
    });
    const { text } = await ask(running.port, '/metrics');
    expect(text).toContain(
      'sluice_records_total{room="scrubbing",topic="instance.received",result="",code=""} 1',
    );
    expect(text).toContain('nodejs_eventloop_lag_seconds');
  });

  it('turns not ready when a door is ill and ready again when it is well', async () => {
    let ill = false;
    const running = await startForTest('scrubbing', application, { environment: {} });
    closers.push(() => running.stop());
    running.host.health.add('consumption', () => !ill);
    expect((await ask(running.port, '/health/ready')).status).toBe(200);
    ill = true;
    expect(await ask(running.port, '/health/ready')).toMatchObject({
      status: 503,
      text: expect.stringContaining('"consumption":"failing"'),
    });
    ill = false;
    expect((await ask(running.port, '/health/ready')).status).toBe(200);
  });

  it('is not ready while it drains, closes its doors in reverse order, then exits 0', async () => {
    const steps: string[] = [];
    const running = await startForTest(
      'scrubbing',
      {
        settings,
        module: (_settings, host) => {
          for (const name of ['bus', 'store'])
            host.door(name, { close: async () => void steps.push(`close ${name}`) });
          return { module: EmptyModule };
        },
      },
      { environment: {} },
    );
    running.host.onDrain(async () => {
      steps.push(`drain ${(await ask(running.port, '/health/ready')).status}`);
    });
    await running.stop();
    expect(steps).toEqual(['drain 503', 'close store', 'close bus']);
    expect(running.exits).toEqual([0]);
  });

  it('exits 1 when the stop takes longer than its grace', async () => {
    const running = await startForTest('scrubbing', application, {
      environment: { SHUTDOWN_GRACE_MS: '100' },
    });
    const stuck = Promise.withResolvers<void>();
    running.host.onDrain(() => stuck.promise);
    await running.stop();
    expect(running.exits).toEqual([1]);
    stuck.resolve();
  });

  it('logs the code of a failed start and exits 1', async () => {
    const logTo = captureLog();
    const exits: number[] = [];
    const failing = { settings, module: () => Promise.reject(new TypeError('MARKER^JOHN')) };
    const attempt = start('scrubbing', failing, {
      environment: { HTTP_PORT: '0' },
      logTo,
      watch: false,
      exit: (code) => void exits.push(code),
    });
    await expect(attempt).rejects.toThrow(TypeError);
    expect(exits).toEqual([1]);
    expect(JSON.parse(logTo.lines.at(-1) ?? '')).toMatchObject({
      level: 'error',
      room: 'scrubbing',
      code: 'UNEXPECTED',
      errorName: 'TypeError',
    });
    expect(logTo.lines.join('')).not.toContain('MARKER');
  });

  it('logs wrong settings by name and exits 1', async () => {
    const logTo = captureLog();
    const exits: number[] = [];
    const attempt = start('scrubbing', application, {
      environment: { HTTP_PORT: 'MARKER' },
      logTo,
      watch: false,
      exit: (code) => void exits.push(code),
    });
    await expect(attempt).rejects.toThrow('SERVICE_CONFIG_INVALID');
    expect(exits).toEqual([1]);
    expect(JSON.parse(logTo.lines[0] ?? '')).toMatchObject({
      code: 'SERVICE_CONFIG_INVALID',
      problems: ['HTTP_PORT: wrong type'],
    });
    expect(logTo.lines.join('')).not.toContain('MARKER');
  });
});
