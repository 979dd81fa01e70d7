/**
 * The WebAssembly engine: onnxruntime-web, for browsers (several threads where the page is cross-origin isolated) and
 * anywhere else its module loads (Node: one thread). It computes on a heap of its own: inputs are copied in at each
 * run, outputs out.
 */

import type { InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import { EngineError, OptionError } from '../base/errors.ts';
import { checkNumber, checkOptionNames } from '../base/options.ts';
import { encode } from '../onnx/encode.ts';
import type { OnnxModel } from '../onnx/model.ts';
import type { Backend, BoundArray, Session } from './backend.ts';
import type { Binding, Engine } from './engine.ts';
import type { MeasurementCache } from './measurement.ts';
import { engineFailure, sessionEngine } from './session-engine.ts';

type OrtWeb = typeof import('onnxruntime-web/wasm');

export interface WasmEngineOptions {
  /** Where `ort-wasm-simd-threaded.wasm` lies: a folder's URL that ends in `/`. Default: beside the package's module. */
  readonly wasmPaths?: string;
  /**
   * Threads of the whole page, fixed by the first engine. Default: half of the processor's, at most 4, where the page is
   * cross-origin isolated; else 1.
   */
  readonly threads?: number;
  /** Remembers measurements. Default none. */
  readonly cache?: MeasurementCache;
}

/**
 * The WebAssembly engine on the package onnxruntime-web.
 *
 * @example
 * const engine = await wasmEngine({ wasmPaths: '/assets/' });
 * @throws EngineError where onnxruntime-web is not installed; OptionError where the threads are not to be had.
 */
export async function wasmEngine(options: WasmEngineOptions = {}): Promise<Engine> {
  checkOptionNames('wasmEngine', options, ['wasmPaths', 'threads', 'cache']);
  const ort = await load();
  const threads = chooseThreads(ort, options.threads);
  ort.env.wasm.numThreads = threads;
  const wasmPaths = options.wasmPaths === undefined ? undefined : wholeUrl(options.wasmPaths);
  if (wasmPaths !== undefined) ort.env.wasm.wasmPaths = wasmPaths;
  const version = `onnxruntime-web ${ort.env.versions.web ?? ort.env.versions.common}`;
  const backend: Backend = {
    description: { name: 'wasm', threads, ...(wasmPaths === undefined ? {} : { wasmPaths }) },
    version,
    machine: `${globalThis.navigator?.userAgent ?? 'unknown'}; ${globalThis.navigator?.hardwareConcurrency ?? 1} cores`,
    threadCandidates: [threads],
    checkThreads(wanted) {
      if (wanted === threads) return;
      throw new OptionError('option/threads', `threads is ${wanted}, but this engine has ${threads}`, {
        place: 'compile on wasm',
        mend: `Its threads serve every program: give them to wasmEngine, or leave them out here.`,
      });
    },
    open: (model) => openSession(ort, version, model),
  };
  return sessionEngine(backend, options.cache);
}

/** A worker's addresses are relative to its own script, not to the page. */
function wholeUrl(path: string): string {
  const base = globalThis.document?.baseURI;
  return base === undefined ? path : new URL(path, base).href;
}

async function load(): Promise<OrtWeb> {
  try {
    return await import('onnxruntime-web/wasm');
  } catch (cause) {
    const what = 'the WebAssembly engine needs the package onnxruntime-web, which does not load';
    throw new EngineError('engine/not-installed', what, {
      mend: 'Install it with "npm install onnxruntime-web".',
      cause,
    });
  }
}

/** The runtime reads its thread count when it starts; what the first engine set stands for the life of the page. */
function chooseThreads(ort: OrtWeb, wanted: number | undefined): number {
  const isolated = globalThis.crossOriginIsolated === true;
  const most = isolated ? (globalThis.navigator?.hardwareConcurrency ?? 1) : 1;
  const running = ort.env.wasm.numThreads;
  if (wanted === undefined) return running ?? Math.max(1, Math.min(4, Math.ceil(most / 2)));
  checkNumber('wasmEngine', 'threads', wanted, { min: 1, integer: true });
  if (wanted > 1 && !isolated) {
    throw new OptionError('option/threads', `threads is ${wanted} outside of a cross-origin isolated page`, {
      place: 'wasmEngine',
      mend: 'Serve the page with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, or use 1 thread.',
    });
  }
  if (running !== undefined && running !== wanted) {
    throw new OptionError('option/threads', `threads is ${wanted}, but the page's runtime has ${running}`, {
      place: 'wasmEngine',
      mend: 'One page has one thread count: give it to the first engine.',
    });
  }
  return wanted;
}

async function openSession(ort: OrtWeb, version: string, model: OnnxModel): Promise<Session> {
  let session: InferenceSession;
  try {
    session = await ort.InferenceSession.create(encode(model), {
      executionProviders: ['wasm'],
      graphOptimizationLevel: 'all',
      // Errors are thrown; the runtime need not print them too.
      logSeverityLevel: 4,
    });
  } catch (cause) {
    throw engineFailure('engine/refused', version, cause);
  }
  return {
    bind: (inputs, outputs) => binding(version, session, tensors(ort, inputs), outputs),
    release: () => session.release(),
  };
}

/** Errors of a run are thrown as well. */
const quiet = { logSeverityLevel: 4 } as const;

function tensors(ort: OrtWeb, bound: ReadonlyMap<string, BoundArray>): Record<string, Tensor> {
  return Object.fromEntries(
    [...bound].map(([name, { spec, array }]) => [name, new ort.Tensor(spec.dtype, array as Float32Array, spec.shape)]),
  );
}

function binding(
  version: string,
  session: InferenceSession,
  feeds: Record<string, Tensor>,
  outputs: ReadonlyMap<string, BoundArray>,
): Binding {
  return {
    async run() {
      try {
        const results = await session.run(feeds, quiet);
        for (const [name, { array }] of outputs) array.set(results[name]!.data as Float32Array);
      } catch (cause) {
        throw engineFailure('engine/run', version, cause);
      }
    },
  };
}
