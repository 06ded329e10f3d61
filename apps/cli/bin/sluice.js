#!/usr/bin/env node
// The command as npm links it: runs the built program, or says how to build it.
import { existsSync } from 'node:fs';

const program = new URL('../dist/main.js', import.meta.url);
if (existsSync(program)) {
  await import(program);
} else {
  process.stderr.write('sluice is not built yet: run `npm run build` first.\n');
  process.exitCode = 2;
}
