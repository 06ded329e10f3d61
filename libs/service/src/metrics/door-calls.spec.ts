import { SluiceError } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { countedDoor, doorCalls } from './door-calls.js';
import { openMetrics } from './metrics.js';
import { watchClock } from './watch-clock.js';

const metrics = openMetrics('archival');
const store = {
  put: async (name: string) => ({ ref: { name, sizeBytes: 300 }, created: true }),
  get: async (ref: { name: string; sizeBytes?: number }) => `bytes of ${ref.name}`,
  delete: async (_name: string) => {
    throw new SluiceError('STORE_UNAVAILABLE', { detail: 'MARKER' });
  },
  usage: async () => 0.5,
};
const methods = ['put', 'get', 'delete'] as const;

describe('calls through a door', () => {
  it('are counted and timed, an error by its code, objects by their bytes; the answers are the same', async () => {
    const counted = countedDoor(store, { name: 'store', methods, report: doorCalls(metrics) });
    expect(await counted.put('a')).toEqual({ ref: { name: 'a', sizeBytes: 300 }, created: true });
    expect(await counted.get({ name: 'a', sizeBytes: 300 })).toBe('bytes of a');
    expect(await counted.get({ name: 'b' })).toBe('bytes of b');
    await expect(counted.delete('a')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await counted.usage()).toBe(0.5);
    const { body } = await metrics.page();
    for (const line of [
      'sluice_door_calls_total{room="archival",door="store",action="put",code=""} 1',
      'sluice_door_calls_total{room="archival",door="store",action="get",code=""} 2',
      'sluice_door_calls_total{room="archival",door="store",action="delete",code="STORE_UNAVAILABLE"} 1',
      'sluice_door_bytes_total{room="archival",door="store",action="put"} 300',
      'sluice_door_bytes_total{room="archival",door="store",action="get"} 300',
      'sluice_door_call_duration_seconds_count{room="archival",door="store",action="delete"} 1',
    ])
      expect(body).toContain(`${line}\n`);
    expect(body).not.toContain('MARKER');
    expect(body).not.toContain('usage');
  });

  it('must be calls that the door has', () => {
    expect(() => countedDoor(store, { name: 'store', methods: ['list'], report: () => undefined })).toThrow(
      'the door store has no list',
    );
  });

  it('tell of a clock that is before or behind, once the door has said', async () => {
    watchClock(metrics, 'database', async () => -2_500);
    watchClock(metrics, 'store', () => undefined);
    const { body } = await metrics.page();
    expect(body).toContain('sluice_clock_skew_seconds{room="archival",door="database"} -2.5\n');
    expect(body).not.toContain('sluice_clock_skew_seconds{room="archival",door="store"}');
  });
});
