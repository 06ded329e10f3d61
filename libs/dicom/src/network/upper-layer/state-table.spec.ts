import { describe, expect, it } from 'vitest';
import {
  type Action,
  actionFor,
  EVENTS_OF_UPPER_LAYER,
  NEXT_STATE,
  type State,
  STATE_TABLE,
  type UpperLayerEvent,
} from './state-table.js';

const STATES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13] as const;
const WIRE: readonly UpperLayerEvent[] = [
  'acceptPdu',
  'rejectPdu',
  'requestPdu',
  'dataPdu',
  'releaseRequestPdu',
  'releaseResponsePdu',
  'abortPdu',
  'invalidPdu',
];

function walk(start: State, events: readonly UpperLayerEvent[]): (Action | State | undefined)[] {
  let state = start;
  const actions = events.map((event) => {
    const action = actionFor(event, state);
    if (action) state = NEXT_STATE[action];
    return action;
  });
  return [...actions, state];
}

describe('state table of PS3.8 9.2', () => {
  it('has the nineteen events in order and thirteen states each', () => {
    expect(Object.keys(STATE_TABLE)).toEqual(Object.keys(EVENTS_OF_UPPER_LAYER));
    expect(Object.values(STATE_TABLE).map((row) => row.length)).toEqual(Array(19).fill(13));
  });

  it('knows what to do with every PDU in every state that can receive one', () => {
    for (const event of WIRE) {
      for (const state of STATES.filter((each) => each !== 1 && each !== 4))
        expect(actionFor(event, state), `${event} in ${state}`).toBeDefined();
    }
  });

  it('knows what to do when the connection closes in any state but idle', () => {
    for (const state of STATES.slice(1)) expect(actionFor('closed', state)).toBeDefined();
  });

  it('walks an acceptor from connection to close', () => {
    expect(
      walk(1, [
        'connection',
        'requestPdu',
        'accept',
        'dataPdu',
        'data',
        'releaseRequestPdu',
        'data',
        'releaseResponse',
        'closed',
      ]),
    ).toEqual(['AE-5', 'AE-6', 'AE-7', 'DT-2', 'DT-1', 'AR-2', 'AR-7', 'AR-4', 'AR-5', 1]);
  });

  it('walks a requestor from request to close', () => {
    expect(
      walk(1, [
        'associateRequest',
        'connected',
        'acceptPdu',
        'data',
        'dataPdu',
        'releaseRequest',
        'dataPdu',
        'releaseResponsePdu',
      ]),
    ).toEqual(['AE-1', 'AE-2', 'AE-3', 'DT-1', 'DT-2', 'AR-1', 'AR-6', 'AR-3', 1]);
  });

  it('ends in state 13 or 1 after any abort', () => {
    for (const state of STATES) {
      for (const event of ['abort', 'abortPdu', 'invalidPdu'] as const) {
        const action = actionFor(event, state);
        if (action) expect([1, 13]).toContain(NEXT_STATE[action]);
      }
    }
  });
});
