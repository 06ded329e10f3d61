#!/usr/bin/env -S MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=262144 node --max-semi-space-size=4
// The command as npm links it: runs the built program, or says how to build it. The first line keeps its memory small (docs/pixels.md): threads
// share one arena of malloc, frames go back to the system at once, and V8 sets less aside for young objects.
import { existsSync } from 'node:fs';

const program = new URL('../dist/main.js', import.meta.url);
if (existsSync(program)) {
  await import(program);
} else {
  process.stderr.write('sluice is not built yet: run `npm run build` first.\n');
  process.exitCode = 2;
}
