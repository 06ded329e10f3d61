export { encodeDataSet, fd, ul, us, type SampleDataSet, type SampleElement } from './encode.js';
export { phantomSlice, type Lesion } from './phantom-pixels.js';
export { phantomStudy, type PhantomInstance, type PhantomRequest } from './phantom-study.js';
export { phantomUltrasound, type UltrasoundPhantom } from './phantom-ultrasound.js';
export { sampleUid, seededRandom } from './random.js';
