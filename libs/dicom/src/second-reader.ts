/** An entry of its own: a thread that reads with dcmjs needs nothing else of this library. */
export { readAgain, type ElementAgain } from './second-reader/read-again.js';
