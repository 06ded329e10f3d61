import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { SluiceError } from '@sluice/contracts';
import type { FromProcess, ToProcess } from './onnxruntime-process.types.js';
import { ownedMemoryMiB } from './owned-memory.js';

/** What a process may take. */
export interface ProcessLimits {
  /** For one answer. */
  readonly timeoutMs: number;
  /** Of memory of its own, at a time (`ownedMemoryMiB`). */
  readonly mostMiB: number;
}

/** Questions to a model's process and its answers. */
export interface Line {
  alive(): boolean;
  /** Whether that is what it was ended for. */
  isTooLarge(): boolean;
  /** One question at a time. A process that is late or too large is ended; what it answered before counts. @throws SluiceError INFERENCE_RUNNER_DIED, _TOO_LARGE */
  ask(message: ToProcess): Promise<FromProcess>;
  end(): Promise<void>;
}

const LOOK_EVERY_MS = 100;

interface Life {
  /** False as soon as it is told to end: no batch is given to a process that is about to. */
  alive: boolean;
  tooLarge: boolean;
  gone: boolean;
  /** Rejects when it is gone. */
  readonly died: Promise<never>;
}

function lifeOf(child: ChildProcess): Life {
  const { promise: died, reject } = Promise.withResolvers<never>();
  died.catch(() => undefined);
  const life: Life = { alive: true, tooLarge: false, gone: false, died };
  const end = (cause?: unknown) => {
    [life.alive, life.gone] = [false, true];
    reject(new SluiceError('INFERENCE_RUNNER_DIED', { detail: 'the process ended', cause }));
  };
  child.once('exit', end);
  child.on('error', end);
  return life;
}

/** The line to a process that was just started. */
export function lineTo(child: ChildProcess, limits: ProcessLimits): Line {
  const life = lifeOf(child);
  // Who waits for an answer keeps this process alive; an idle child does not.
  child.unref();
  child.channel?.unref();
  return {
    alive: () => life.alive,
    isTooLarge: () => life.tooLarge,
    ask: async (message) => {
      const watch = watchOver(child, life, limits);
      const answer = once(child, 'message').then(([said]) => said as FromProcess);
      answer.catch(() => undefined);
      try {
        if (life.alive) child.send(message, () => undefined);
        const said = await Promise.race([answer, watch.ended, life.died]);
        // Its answer is as good as any: only the next one is another process's.
        watch.look();
        return said;
      } finally {
        watch.stop();
      }
    },
    end: async () => {
      if (life.gone) return;
      life.alive = false;
      child.ref();
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

interface Watch {
  /** Rejects when the process was ended for what it took. */
  readonly ended: Promise<never>;
  /** Ends it where it is too large. */
  look(): void;
  stop(): void;
}

function watchOver(child: ChildProcess, life: Life, { timeoutMs, mostMiB }: ProcessLimits): Watch {
  const { promise: ended, reject } = Promise.withResolvers<never>();
  ended.catch(() => undefined);
  const end = (error: SluiceError) => {
    life.alive = false;
    reject(error);
    child.kill('SIGKILL');
  };
  const look = () => {
    if (mostMiB === Infinity || (ownedMemoryMiB(child.pid ?? 0) ?? 0) <= mostMiB) return;
    life.tooLarge = true;
    end(new SluiceError('INFERENCE_RUNNER_TOO_LARGE'));
  };
  const looks = setInterval(look, LOOK_EVERY_MS);
  const late = setTimeout(
    () => end(new SluiceError('INFERENCE_RUNNER_DIED', { detail: 'the process took too long' })),
    timeoutMs,
  );
  const stop = () => {
    clearInterval(looks);
    clearTimeout(late);
  };
  return { ended, look, stop };
}
