/**
 * An engine on any backend: compiles a graph once, chooses threads and formulations by measurement, checks what is
 * bound. What it measured it remembers, and also asks the cache that it was given.
 */

import { EngineError, OptionError } from '../base/errors.ts';
import { checkNumber, checkOneOf, checkOptionNames } from '../base/options.ts';
import type { Graph, TensorSpec } from '../graph/graph.ts';
import { applicable } from '../onnx/convolution/formulations.ts';
import type { OnnxModel } from '../onnx/model.ts';
import type { Backend, BoundArray, Session } from './backend.ts';
import { checkArrays } from './check-arrays.ts';
import { chooseFormulations } from './choose-formulations.ts';
import { type CompileOptions, compileOptionNames, type Engine, type Program } from './engine.ts';
import { engineModel } from './engine-model.ts';
import { digest, graphKey } from './graph-key.ts';
import { bindTrial, leastTimeOnThreads, type MeasurementCache } from './measurement.ts';
import { graphWork } from './work.ts';

/** Below so many multiply-adds a program runs on one thread: starting a second costs more than it saves. */
const WORTH_THREADS = 2_000_000;

/** More threads must be faster by this factor to be chosen. */
const WORTH_MORE = 0.97;

interface Candidate {
  readonly threads: number;
  readonly formulations: ReadonlyMap<string, string>;
  readonly channelBlock: number | undefined;
  readonly model: OnnxModel;
  readonly session: Session;
}

export function sessionEngine(backend: Backend, stored?: MeasurementCache): Engine {
  const programs = new Map<string, Promise<Program>>();
  const sessions = new Set<Session>();
  const listeners: (() => void)[] = [];
  const cache = remembering(stored);
  let compilations = 0;

  async function open(graph: Graph, threads: number, choice: Required<CompileOptions>['formulations']) {
    const formulations = await chooseFormulations(backend, graph, threads, choice, cache);
    const lowering = { threads, formulations, channelBlock: await backend.channelBlock?.() };
    const model = engineModel(graph, lowering);
    return { ...lowering, model, session: await backend.open(model, threads) };
  }

  async function fastest(
    graph: Graph,
    id: string,
    choice: Required<CompileOptions>['formulations'],
  ): Promise<Candidate> {
    const counts = graphWork(graph) < WORTH_THREADS ? [1] : backend.threadCandidates;
    const cacheKey = ['threads', backend.version, backend.machine, `of ${counts.join(', ')}`, digest(id)].join('; ');
    const known = Number(cache.get(cacheKey));
    if (counts.includes(known)) return open(graph, known, choice);
    if (counts.length === 1) return open(graph, counts[0]!, choice);
    let best: (Candidate & { readonly time: number }) | undefined;
    for (const threads of counts) {
      const candidate = await open(graph, threads, choice);
      const time = await leastTimeOnThreads(bindTrial(candidate.session, candidate.model), best?.time);
      if (best === undefined || time < best.time * WORTH_MORE) {
        await best?.session.release();
        best = { ...candidate, time };
      } else {
        await candidate.session.release();
      }
    }
    cache.set(cacheKey, String(best!.threads));
    return best!;
  }

  async function compile(graph: Graph, id: string, options: Required<CompileOptions>): Promise<Program> {
    const { threads, formulations } = options;
    const most = Math.max(...backend.threadCandidates);
    const candidate =
      threads === 'measured'
        ? await fastest(graph, id, formulations)
        : await open(graph, threads === 'most' ? most : threads, formulations);
    compilations++;
    sessions.add(candidate.session);
    return program(graph, candidate);
  }

  return {
    name: backend.description.name,
    version: backend.version,
    pool: backend.pool,
    get compilations() {
      return compilations;
    },
    formulationsOf: async (op, shapes) => applicable(op, shapes, await backend.channelBlock?.()),
    compile(graph, options = {}) {
      const full = checkCompileOptions(backend, options);
      const choice = typeof full.formulations === 'string' ? full.formulations : [...full.formulations].sort().join();
      const id = graphKey(graph);
      const key = `${full.threads}|${choice}|${id}`;
      let found = programs.get(key);
      if (found === undefined) {
        found = compile(graph, id, full);
        programs.set(key, found);
        // What failed may be tried again.
        found.catch(() => programs.delete(key));
      }
      return found;
    },
    describe() {
      const measurements = cache.entries();
      return measurements === undefined ? undefined : { ...backend.description, measurements };
    },
    learn(measurements) {
      for (const [key, value] of Object.entries(measurements)) if (cache.get(key) !== value) cache.set(key, value);
    },
    whenReleased(listener) {
      listeners.push(listener);
    },
    async release() {
      for (const listener of listeners.splice(0)) listener();
      const held = [...sessions];
      sessions.clear();
      programs.clear();
      for (const session of held) await session.release();
      backend.pool?.close();
    },
  };
}

/** The stored cache behind a memory of its own. Its entries are known where those of the stored one are. */
function remembering(stored: MeasurementCache | undefined): Required<MeasurementCache> {
  const memory = new Map<string, string>();
  return {
    get: (key) => memory.get(key) ?? stored?.get(key),
    set(key, value) {
      memory.set(key, value);
      stored?.set(key, value);
    },
    entries() {
      const known = stored === undefined ? {} : stored.entries?.();
      return known === undefined ? undefined : { ...known, ...Object.fromEntries(memory) };
    },
  };
}

function checkCompileOptions(backend: Backend, options: CompileOptions): Required<CompileOptions> {
  const place = `compile on ${backend.description.name}`;
  checkOptionNames(place, options, compileOptionNames);
  const { threads = 'measured', formulations = 'measured' } = options;
  if (typeof threads === 'string') checkOneOf(place, 'threads', threads, ['measured', 'most']);
  else backend.checkThreads(checkNumber(place, 'threads', threads, { min: 1, integer: true }));
  if (typeof formulations === 'string') checkOneOf(place, 'formulations', formulations, ['measured', 'default']);
  else if (!(formulations instanceof Map)) {
    throw new OptionError('option/choice', `formulations is ${JSON.stringify(formulations)}`, {
      place,
      mend: 'Give "measured", "default" or a Map from signatures to names.',
    });
  }
  return { threads, formulations };
}

function program(graph: Graph, { threads, formulations, channelBlock, model, session }: Candidate): Program {
  const specs = (ports: Graph['inputs']): ReadonlyMap<string, TensorSpec> =>
    new Map(
      ports.map(({ name, id }) => {
        const { shape, dtype } = graph.nodes[id]!;
        return [name, { shape, dtype }];
      }),
    );
  const inputs = specs(graph.inputs);
  const outputs = specs(graph.outputs);
  return {
    graph,
    inputs,
    outputs,
    threads,
    formulations,
    channelBlock,
    bind(arrays) {
      checkArrays(inputs, outputs, arrays);
      const bound = (ports: Graph['inputs'], names: OnnxModel['inputs'], of: ReadonlyMap<string, TensorSpec>) =>
        new Map(
          ports.map(({ name }, i): [string, BoundArray] => [
            names[i]!.name,
            { spec: of.get(name)!, array: arrays.get(name)! },
          ]),
        );
      return session.bind(bound(graph.inputs, model.inputs, inputs), bound(graph.outputs, model.outputs, outputs));
    },
  };
}

/** The error of an engine that refused or broke off, with what the engine said. */
export function engineFailure(code: 'engine/refused' | 'engine/run', version: string, cause: unknown): EngineError {
  const said = cause instanceof Error ? cause.message : String(cause);
  const what = code === 'engine/run' ? 'a program failed' : 'a program was refused';
  return new EngineError(code, `${version}: ${what}: ${said}`, {
    cause,
    mend: 'Try the other engine (cpu or wasm); if one alone fails, please report it with this message.',
  });
}
