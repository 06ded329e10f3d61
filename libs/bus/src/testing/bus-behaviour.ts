import { describe } from 'vitest';
import type { BusWorld } from './bus-world.js';
import { deliveryBehaviour } from './delivery-behaviour.js';
import { faultBehaviour } from './fault-behaviour.js';
import { killerBehaviour } from './killer-behaviour.js';

/** What every side of the corridor must do. `open` makes a fresh, empty corridor for each test. */
export function busBehaviour(name: string, open: () => Promise<BusWorld>): void {
  describe(`the corridor on ${name}`, () => {
    deliveryBehaviour(open);
    faultBehaviour(open);
    killerBehaviour(open);
  });
}
