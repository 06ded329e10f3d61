/** States of the upper layer (PS3.8 9.2.1): 1 idle, 2 awaits A-ASSOCIATE-RQ, 3 awaits the local answer, 4 connects, 5 awaits AC or RJ, 6 data transfer, 7-12 release, 13 awaits the close. */
export type State = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13;

/** Rows of PS3.8 Table 9-10; the number is the standard's. */
export const EVENTS_OF_UPPER_LAYER = {
  associateRequest: 1,
  connected: 2,
  acceptPdu: 3,
  rejectPdu: 4,
  connection: 5,
  requestPdu: 6,
  accept: 7,
  reject: 8,
  data: 9,
  dataPdu: 10,
  releaseRequest: 11,
  releaseRequestPdu: 12,
  releaseResponsePdu: 13,
  releaseResponse: 14,
  abort: 15,
  abortPdu: 16,
  closed: 17,
  artimExpired: 18,
  invalidPdu: 19,
} as const;
export type UpperLayerEvent = keyof typeof EVENTS_OF_UPPER_LAYER;

/** Actions of PS3.8 Tables 9-6 to 9-9. */
export type Action =
  | 'AE-1'
  | 'AE-2'
  | 'AE-3'
  | 'AE-4'
  | 'AE-5'
  | 'AE-6'
  | 'AE-7'
  | 'AE-8'
  | 'DT-1'
  | 'DT-2'
  | 'AR-1'
  | 'AR-2'
  | 'AR-3'
  | 'AR-4'
  | 'AR-5'
  | 'AR-6'
  | 'AR-7'
  | 'AR-8'
  | 'AR-9'
  | 'AR-10'
  | 'AA-1'
  | 'AA-2'
  | 'AA-3'
  | 'AA-4'
  | 'AA-5'
  | 'AA-6'
  | 'AA-7'
  | 'AA-8';

type Row = readonly (Action | undefined)[];
const none = undefined;

// prettier-ignore
/** PS3.8 Table 9-10, one row per event, columns Sta1 to Sta13; an empty cell cannot happen or is a local misuse. */
export const STATE_TABLE: Readonly<Record<UpperLayerEvent, Row>> = {
  //                    1       2       3       4       5       6       7       8       9       10       11      12      13
  associateRequest:   ['AE-1', none,   none,   none,   none,   none,   none,   none,   none,   none,    none,   none,   none],
  connected:          [none,   none,   none,   'AE-2', none,   none,   none,   none,   none,   none,    none,   none,   none],
  acceptPdu:          [none,   'AA-1', 'AA-8', none,   'AE-3', 'AA-8', 'AA-8', 'AA-8', 'AA-8', 'AA-8',  'AA-8', 'AA-8', 'AA-6'],
  rejectPdu:          [none,   'AA-1', 'AA-8', none,   'AE-4', 'AA-8', 'AA-8', 'AA-8', 'AA-8', 'AA-8',  'AA-8', 'AA-8', 'AA-6'],
  connection:         ['AE-5', none,   none,   none,   none,   none,   none,   none,   none,   none,    none,   none,   none],
  requestPdu:         [none,   'AE-6', 'AA-8', none,   'AA-8', 'AA-8', 'AA-8', 'AA-8', 'AA-8', 'AA-8',  'AA-8', 'AA-8', 'AA-7'],
  accept:             [none,   none,   'AE-7', none,   none,   none,   none,   none,   none,   none,    none,   none,   none],
  reject:             [none,   none,   'AE-8', none,   none,   none,   none,   none,   none,   none,    none,   none,   none],
  data:               [none,   none,   none,   none,   none,   'DT-1', none,   'AR-7', none,   none,    none,   none,   none],
  dataPdu:            [none,   'AA-1', 'AA-8', none,   'AA-8', 'DT-2', 'AR-6', 'AA-8', 'AA-8', 'AA-8',  'AA-8', 'AA-8', 'AA-6'],
  releaseRequest:     [none,   none,   none,   none,   none,   'AR-1', none,   none,   none,   none,    none,   none,   none],
  releaseRequestPdu:  [none,   'AA-1', 'AA-8', none,   'AA-8', 'AR-2', 'AR-8', 'AA-8', 'AA-8', 'AA-8',  'AA-8', 'AA-8', 'AA-6'],
  releaseResponsePdu: [none,   'AA-1', 'AA-8', none,   'AA-8', 'AA-8', 'AR-3', 'AA-8', 'AA-8', 'AR-10', 'AR-3', 'AA-8', 'AA-6'],
  releaseResponse:    [none,   none,   none,   none,   none,   none,   none,   'AR-4', 'AR-9', none,    none,   'AR-4', none],
  abort:              [none,   none,   'AA-1', 'AA-2', 'AA-1', 'AA-1', 'AA-1', 'AA-1', 'AA-1', 'AA-1',  'AA-1', 'AA-1', none],
  abortPdu:           [none,   'AA-2', 'AA-3', none,   'AA-3', 'AA-3', 'AA-3', 'AA-3', 'AA-3', 'AA-3',  'AA-3', 'AA-3', 'AA-2'],
  closed:             [none,   'AA-5', 'AA-4', 'AA-4', 'AA-4', 'AA-4', 'AA-4', 'AA-4', 'AA-4', 'AA-4',  'AA-4', 'AA-4', 'AR-5'],
  artimExpired:       [none,   'AA-2', none,   none,   none,   none,   none,   none,   none,   none,    none,   none,   'AA-2'],
  invalidPdu:         [none,   'AA-1', 'AA-8', none,   'AA-8', 'AA-8', 'AA-8', 'AA-8', 'AA-8', 'AA-8',  'AA-8', 'AA-8', 'AA-7'],
};

// prettier-ignore
/** The state after each action (PS3.8 Tables 9-6 to 9-9). AR-8 depends on who called: 9 for the requestor, 10 for the acceptor. */
export const NEXT_STATE: Readonly<Record<Action, State>> = {
  'AE-1': 4, 'AE-2': 5, 'AE-3': 6, 'AE-4': 1, 'AE-5': 2, 'AE-6': 3, 'AE-7': 6, 'AE-8': 13,
  'DT-1': 6, 'DT-2': 6,
  'AR-1': 7, 'AR-2': 8, 'AR-3': 1, 'AR-4': 13, 'AR-5': 1, 'AR-6': 7, 'AR-7': 8, 'AR-8': 9, 'AR-9': 11, 'AR-10': 12,
  'AA-1': 13, 'AA-2': 1, 'AA-3': 1, 'AA-4': 1, 'AA-5': 1, 'AA-6': 13, 'AA-7': 13, 'AA-8': 13,
};

/** The action for an event, or undefined where PS3.8 Table 9-10 has an empty cell. */
export function actionFor(event: UpperLayerEvent, state: State): Action | undefined {
  return STATE_TABLE[event][state - 1];
}
