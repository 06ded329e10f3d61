import { defineErrors } from './entry.js';

/** Codes of the room `inference`. Some are verdicts on one object: they travel in `instance.inferred`, they are not thrown. */
export const INFERENCE_ERRORS = defineErrors({
  INFERENCE_MODEL_MISSING: {
    kind: 'fatal',
    hint: 'A model folder lacks what it must hold (model.onnx, contract.json), or is not there: correct INFERENCE_MODELS.',
  },
  INFERENCE_MODEL_DIGEST_WRONG: {
    kind: 'fatal',
    hint: 'The model is not the one that INFERENCE_MODELS pins by SHA-256: find out who changed it before anything else.',
  },
  INFERENCE_MODEL_UNSIGNED: {
    kind: 'fatal',
    hint: 'The model has no signature that holds under INFERENCE_MODEL_KEY: have it signed (`sluice sign-model`), or start in mode `development`.',
  },
  INFERENCE_MODEL_UNSAFE: {
    kind: 'fatal',
    hint: 'The model file is too large, damaged, keeps data outside itself or wants operators that are not ONNX: it is not loaded.',
  },
  INFERENCE_MODEL_UNFIT: {
    kind: 'fatal',
    hint: 'Inputs and outputs of the loaded model are not those of its contract.json: model and contract do not belong together.',
  },
  INFERENCE_DEVICE_MISSING: {
    kind: 'fatal',
    hint: 'INFERENCE_DEVICE asks for a device that the runtime does not have: install the runtime with it, or set `auto` or `cpu`.',
  },
  INFERENCE_CAP_TOO_LOW: {
    kind: 'fatal',
    hint: 'A model that was just loaded and has run one full batch takes more than INFERENCE_PROCESS_MIB: raise it, or lower INFERENCE_BATCH. If it takes what no model of its size should, find out whose it is.',
  },
  INFERENCE_START_FAILED: {
    kind: 'fatal',
    hint: 'The process that runs a model died, or took longer than INFERENCE_TIMEOUT_MS, before it had run one full batch: give it more memory or time, or lower INFERENCE_BATCH.',
  },
  INFERENCE_RUNNER_DIED: {
    kind: 'transient',
    hint: 'The process that runs the model ended or took too long and is started anew; what was in hand is tried again, at last alone.',
  },
  INFERENCE_RUNNER_UNAVAILABLE: {
    kind: 'transient',
    hint: 'The process that runs the model cannot be started anew, or does not get through a full batch (memory? INFERENCE_PROCESS_MIB just above what it takes?): objects wait until it can.',
  },
  INFERENCE_RUNNER_TOO_LARGE: {
    kind: 'transient',
    hint: 'The process that runs the model took more than INFERENCE_PROCESS_MIB in the middle of a batch and was ended; what was in hand is tried again, at last alone. Smaller batches take less.',
  },
  INFERENCE_SERVER_UNAVAILABLE: {
    kind: 'transient',
    hint: 'The model server does not answer, or is not ready: objects wait until it does.',
  },
  INFERENCE_SERVER_SLOW: {
    kind: 'transient',
    hint: 'The model server took longer than INFERENCE_TIMEOUT_MS: objects wait and are tried again.',
  },
  INFERENCE_SERVER_LACKS_MODEL: {
    kind: 'transient',
    hint: 'The model server does not know the model, or not this version of it: load it there, or correct INFERENCE_MODELS; objects wait.',
  },
  INFERENCE_SERVER_RUBBISH: {
    kind: 'transient',
    hint: 'The model server answered what is no answer of the Open Inference Protocol for this model: look at the server; objects wait.',
  },
  INFERENCE_OUTPUT_INVALID: {
    kind: 'permanent',
    hint: 'The model gave numbers that are none (NaN) or out of range for an object: no result is made of it; report the model.',
    http: 422,
  },
  INFERENCE_REQUEST_INVALID: {
    kind: 'permanent',
    hint: 'A request to the inference door does not follow the Open Inference Protocol, or is too large for the model.',
  },
  INFERENCE_MODEL_UNKNOWN: {
    kind: 'permanent',
    hint: 'A request names a model that this service does not run.',
    http: 404,
  },
  INFERENCE_BUSY: {
    kind: 'transient',
    hint: 'As many pictures wait as may: the sender, or the corridor, waits.',
  },
  INFERENCE_DATA_INVALID: {
    kind: 'permanent',
    hint: 'The folder to evaluate on does not hold what its MANIFEST.tsv says, or the model has no answer for it: no figure is given.',
  },
  INFERENCE_JOB_KILLS: {
    kind: 'permanent',
    hint: 'Processes died three times with this object in hand, at last alone: it is set aside without a result.',
  },
});
