import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { key, RandomStream } from '../../../src/base/random.ts';
import { readCheckpoint } from '../../../src/train/checkpoint/folder.node.ts';
import { root, temporaryFolder } from '../dolina.ts';

const folder = temporaryFolder();
const script = join(import.meta.dirname, 'train-on.mjs');

interface Ended {
  readonly signal: string | null;
  readonly milliseconds: number;
  /** Calls of the file system that write. */
  readonly calls: number;
}

/** Trains on; kills it after so many milliseconds, or lets it kill itself at a call of the file system. */
function trainOn(path: string, name: string, kill: { readonly after?: number; readonly atCall?: number } = {}) {
  return new Promise<Ended>((settle, fail) => {
    const began = performance.now();
    const given = [script, path, name, ...(kill.atCall === undefined ? [] : [String(kill.atCall)])];
    const child = spawn(process.execPath, given, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    const timer = kill.after === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), kill.after);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code !== 0 && signal !== 'SIGKILL') fail(new Error(`it ended with ${code ?? signal}:\n${err}`));
      else settle({ signal, milliseconds: performance.now() - began, calls: Number(out) });
    });
  });
}

/** What a finished run left, as bytes. */
function remains(path: string) {
  const [run] = readdirSync(join(path, 'toy'));
  const at = (...names: string[]) => join(path, 'toy', run!, ...names);
  const events = readdirSync(at()).filter((name) => name.startsWith('events.out'));
  expect(events).toHaveLength(1);
  const checkpoints = readdirSync(at('checkpoints')).sort();
  return {
    checkpoints,
    files: ['model.safetensors', 'metrics.jsonl', events[0]!, 'checkpoints/best', 'checkpoints/latest'].map((name) => [
      name,
      readFileSync(at(name)).toString('hex'),
    ]),
    states: checkpoints
      .filter((name) => name.startsWith('step'))
      .map((name) => readCheckpoint(at('checkpoints', name)).manifest),
  };
}

// 51 kills in all.
const kills = 17;

describe(`killed ${kills} times and resumed each time, a run leaves byte for byte what it leaves uninterrupted`, () => {
  for (const name of ['momentum', 'adam', 'warm restarts']) {
    it(name, async () => {
      const stream = new RandomStream(key(name.length));
      const [whole, broken] = ['whole', 'broken'].map((kind) => join(folder, `${name}-${kind}`)) as [string, string];
      const { milliseconds, calls } = await trainOn(whole, name);
      expect(calls).toBeGreaterThan(100);
      const expected = remains(whole);
      let killed = 0;
      for (let round = 0; killed < kills; round++) {
        // In turn at a random moment of a run's time, and at a random write of its next checkpoints.
        const kill =
          round % 2 === 0
            ? { after: (0.3 + 0.7 * stream.uniform()) * milliseconds }
            : { atCall: 1 + stream.integer(40) };
        const { signal } = await trainOn(broken, name, kill);
        if (signal === 'SIGKILL') killed++;
        else {
          expect(remains(broken)).toEqual(expected);
          rmSync(broken, { recursive: true });
        }
      }
      await trainOn(broken, name);
      expect(remains(broken)).toEqual(expected);
    }, 300_000);
  }
});
