// A service as the others are, whose handler does what the record's peer says. Run by Node as it stands, on the built libraries.
import { Module } from '@nestjs/common';
import { openBus, openInHandJournal } from '@sluice/bus';
import { openDatabase } from '@sluice/database';
import {
  busOptions,
  busSettings,
  databaseSettings,
  defineStage,
  hostSettings,
  stageModule,
  start,
} from '@sluice/service';
import { z } from 'zod';

const Settings = z.object({ ...hostSettings, ...busSettings, ...databaseSettings });
class PoisonableRoom {}
Module({})(PoisonableRoom);

const BEHAVIOUR: Readonly<Record<string, () => void>> = {
  'syntax-error': () => void JSON.parse('{"PatientName": MARKER^'),
  'type-error': () => void (undefined as unknown as { MARKER: { a: string } }).MARKER.a,
  'range-error': () => void Buffer.alloc(8).readUInt8(9),
  'reference-error': () => {
    throw new ReferenceError('MARKER is not defined');
  },
  killer: () => void process.kill(process.pid, 'SIGKILL'),
};

await start('encryption', {
  settings: Settings,
  module: async (settings, host) => {
    const database = host.door('database', await openDatabase(settings.DATABASE_URL));
    const bus = host.door('bus', await openBus(settings.BUS_URL, busOptions('encryption', settings)));
    await bus.ensureTopics({ groups: ['encryption'], tenants: [] });
    const journal = await openInHandJournal(database, 'encryption');
    host.onClose(() => journal.close());
    const stage = defineStage({
      name: 'encryption',
      consumes: {
        'instance.received.v1': (data) => Promise.resolve(BEHAVIOUR[data.peer]?.()).then(() => []),
        'instance.scrubbed.v1': () => Promise.resolve([]),
        'instance.quarantined.v1': () => Promise.resolve([]),
        'instance.inferred.v1': () => Promise.resolve([]),
      },
      produces: ['object.sealed.v1'],
    });
    return { module: PoisonableRoom, imports: [stageModule({ host, bus, stage, journal })] };
  },
});
