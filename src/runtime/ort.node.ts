/**
 * The CPU engine: onnxruntime-node. It computes on the arrays that a program is bound to, in place, also on views of a
 * WebAssembly.Memory. A run occupies the calling thread until it is done.
 */

import { cpus } from 'node:os';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { EngineError } from '../base/errors.ts';
import { checkOptionNames } from '../base/options.ts';
import { encode } from '../onnx/encode.ts';
import type { OnnxModel } from '../onnx/model.ts';
import type { Backend, BoundArray, Session } from './backend.ts';
import { findChannelBlock } from './channel-block.ts';
import type { Binding, Engine } from './engine.ts';
import { type LargePages, openLargePages } from './large-pages.node.ts';
import type { MeasurementCache } from './measurement.ts';
import { inNativeCode } from './native-gate.node.ts';
import { engineFailure, sessionEngine } from './session-engine.ts';
import { openThreadPool } from './thread-pool.node.ts';
import { isRefusedSequence, type Ort, paysToRefuse, SEQUENCE_OUTPUT, worksUncopied } from './uncopied-run.node.ts';

export interface CpuEngineOptions {
  /** Remembers measurements from one process to the next; `measurementCache(file)` keeps them in a file. Default none. */
  readonly cache?: MeasurementCache;
}

/**
 * The CPU engine on the package onnxruntime-node.
 *
 * @example
 * const engine = await cpuEngine();
 * const program = await engine.compile(graph);
 * @throws EngineError where onnxruntime-node is not installed.
 */
export async function cpuEngine(options: CpuEngineOptions = {}): Promise<Engine> {
  checkOptionNames('cpuEngine', options, ['cache']);
  const ort = await inNativeCode(load);
  const pages = await openLargePages();
  const version = `onnxruntime-node ${ort.env.versions.node ?? ort.env.versions.common}`;
  const cores = cpus().length;
  let uncopied: Promise<boolean> | undefined;
  let block: Promise<number | undefined> | undefined;
  const backend: Backend = {
    description: { name: 'cpu' },
    version,
    machine: cpus()[0]?.model ?? 'unknown',
    pool: await openThreadPool(pages),
    threadCandidates: [...new Set([1, Math.ceil(cores / 2), cores])],
    checkThreads: () => {},
    channelBlock() {
      block ??= findChannelBlock(backend.open);
      return block;
    },
    async open(model, threads) {
      uncopied ??= inNativeCode(() => worksUncopied(ort));
      const refuse = paysToRefuse(model) && (await uncopied);
      return openSession(ort, version, model, { threads, refuseSequence: refuse, pages });
    },
  };
  return sessionEngine(backend, options.cache);
}

async function load(): Promise<Ort> {
  try {
    const loaded = await import('onnxruntime-node');
    // A CommonJS package: its exports stand on `default` too, and only there under some loaders.
    return 'InferenceSession' in loaded ? loaded : (loaded as { default: Ort }).default;
  } catch (cause) {
    throw new EngineError(
      'engine/not-installed',
      'the CPU engine needs the package onnxruntime-node, which does not load',
      {
        mend: 'Install it with "npm install onnxruntime-node".',
        cause,
      },
    );
  }
}

interface SessionSettings {
  readonly threads: number;
  readonly refuseSequence: boolean;
  readonly pages: LargePages | undefined;
}

/** Milliseconds of runs after which a session's memory moves to large pages: programs that end sooner are spared it. */
const SETTLED = 3000;

async function openSession(
  ort: Ort,
  version: string,
  model: OnnxModel,
  { threads, refuseSequence, pages }: SessionSettings,
): Promise<Session> {
  const moveToLargePages = pages?.mark();
  const bytes = encode(model, refuseSequence ? { sequenceOutput: SEQUENCE_OUTPUT } : {});
  let session: InferenceSession;
  try {
    session = await inNativeCode(() =>
      ort.InferenceSession.create(bytes, {
        executionProviders: ['cpu'],
        graphOptimizationLevel: 'all',
        executionMode: 'sequential',
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        enableCpuMemArena: true,
        enableMemPattern: true,
        // Threads that spin on after a run would take the cores from those that update parameters next.
        extra: { session: { force_spinning_stop: '1' } },
        // Errors are thrown; the runtime need not print them too.
        logSeverityLevel: 4,
      }),
    );
  } catch (cause) {
    throw engineFailure('engine/refused', version, cause);
  }
  let spent = 0;
  /** The runtime's memory is as large as it gets after the second run; it moves when it has been in use for a while. */
  const ran = async (time: number): Promise<void> => {
    const before = spent;
    spent += time;
    if (before < SETTLED && spent >= SETTLED && moveToLargePages !== undefined) {
      await inNativeCode(async () => moveToLargePages());
    }
  };
  return {
    bind(inputs, outputs) {
      const feeds = tensors(ort, inputs);
      const fetches = refuseSequence ? { [SEQUENCE_OUTPUT]: null, ...tensors(ort, outputs) } : tensors(ort, outputs);
      return binding(version, () => session.run(feeds, fetches), refuseSequence, ran);
    },
    release: () => inNativeCode(() => session.release()),
  };
}

function tensors(ort: Ort, bound: ReadonlyMap<string, BoundArray>): Record<string, Tensor> {
  return Object.fromEntries(
    [...bound].map(([name, { spec, array }]) => {
      if (typeof SharedArrayBuffer !== 'undefined' && array.buffer instanceof SharedArrayBuffer) {
        throw new EngineError('engine/binding', `"${name}" lies in shared memory`, {
          place: 'bind',
          mend: 'onnxruntime-node takes arrays on plain memory only.',
        });
      }
      const tensor: Tensor = new ort.Tensor(spec.dtype, array as Float32Array, spec.shape);
      return [name, tensor];
    }),
  );
}

function binding(
  version: string,
  call: () => Promise<unknown>,
  refuseSequence: boolean,
  ran: (time: number) => Promise<void>,
): Binding {
  return {
    // The tensors that a run gives are copies of the bound outputs, and are dropped.
    async run() {
      const start = performance.now();
      try {
        await inNativeCode(call);
      } catch (error) {
        if (!refuseSequence || !isRefusedSequence(error)) throw engineFailure('engine/run', version, error);
      }
      await ran(performance.now() - start);
    },
  };
}
