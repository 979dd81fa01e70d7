/** Engines, and functions compiled for them. The CPU engine of Node is in `dolina` itself. */

export {
  type Argument,
  type Compiled,
  type CompileFunctionOptions,
  type Computed,
  compile,
  type HostTensor,
  type Traced,
} from './compile.ts';
export type { Binding, CompileOptions, Engine, EngineName, Program } from './engine.ts';
export type { MeasurementCache } from './measurement.ts';
export { type WasmEngineOptions, wasmEngine } from './ort.web.ts';
export { evaluate } from './reference.ts';
