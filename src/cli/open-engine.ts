/** The engine that an experiment names, with measurements kept from one run to the next. */

import { join } from 'node:path';
import type { CompileOptions, Engine } from '../runtime/engine.ts';
import { measurementCache } from '../runtime/measurement-cache.node.ts';
import type { ExperimentEngine } from '../train/experiment/engine.ts';

export interface OpenedEngine {
  readonly engine: Engine;
  /** What programs are to be compiled with. */
  readonly compile: CompileOptions;
}

/** Opens the engine; throws an EngineError that names the package where it is not installed. */
export async function openEngine(description: ExperimentEngine, cacheFolder: string): Promise<OpenedEngine> {
  const { name, threads, formulations } = description;
  const cache = measurementCache(join(cacheFolder, 'measurements.json'));
  const fixed = formulations === undefined ? {} : { formulations: new Map(Object.entries(formulations)) };
  // Each engine is imported where it is asked for: the other's package need not be there.
  switch (name) {
    case 'cpu': {
      const { cpuEngine } = await import('../runtime/ort.node.ts');
      return {
        engine: await cpuEngine({ cache }),
        compile: { ...fixed, ...(threads === undefined ? {} : { threads }) },
      };
    }
    case 'wasm': {
      const { wasmEngine } = await import('../runtime/ort.web.ts');
      return { engine: await wasmEngine({ cache, ...(threads === undefined ? {} : { threads }) }), compile: fixed };
    }
  }
}
