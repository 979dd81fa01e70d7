/** Finds what `dolina train` names: a built-in experiment, a JSON file, or a module of the user's. */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, isAbsolute, join, resolve } from 'node:path';
import { DolinaError, OptionError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import type { Definitions } from '../optim/read.ts';
import { experimentSchema } from '../train/experiment/schema.ts';
import { type Experiment, readExperiment } from '../train/experiment.ts';
import { builtIn } from './experiments/table.ts';
import { packageManifest, packageRoot } from './package-manifest.ts';
import { assign } from './set.ts';

const moduleKinds = ['.ts', '.mts', '.js', '.mjs'];

interface Found {
  readonly value: unknown;
  readonly definitions: Definitions;
  /** As it was named, where it is one. */
  readonly file?: string;
  readonly module?: string;
}

/** An experiment, with the rules and schedules that its module defines. */
export interface DefinedExperiment {
  readonly experiment: Experiment;
  readonly definitions: Definitions;
  /** Path of the module, where it is one. */
  readonly module?: string;
}

/** The experiment that `name` means, with the assignments carried out one after the other. */
export async function loadExperiment(name: string, assignments: readonly string[] = []): Promise<Experiment> {
  return (await loadDefined(name, assignments)).experiment;
}

/** The same with its definitions, for those who read further optimizers. */
export async function loadDefined(name: string, assignments: readonly string[] = []): Promise<DefinedExperiment> {
  const { value, definitions, file, module } = await find(name);
  const schema = experimentSchema(definitions);
  const whole: object = readGiven(value, definitions, file);
  const changed = assignments.reduce((all, assignment) => assign(all, assignment, schema), whole);
  return {
    experiment: withPaths(readExperiment(changed, definitions), process.cwd()),
    definitions,
    ...(module === undefined ? {} : { module }),
  };
}

/** What stands in a file, or comes with Dolina; an error names the file. */
function readGiven(value: unknown, definitions: Definitions, file: string | undefined): Experiment {
  try {
    return readExperiment(value, definitions);
  } catch (error) {
    throw file !== undefined && error instanceof OptionError ? error.inFile(file) : error;
  }
}

async function find(name: string): Promise<Found> {
  if (Object.hasOwn(builtIn, name)) {
    return { value: builtIn[name as keyof typeof builtIn].experiment, definitions: {} };
  }
  const kind = extname(name);
  const isFile = existsSync(name) && statSync(name).isFile();
  if (isFile && kind === '.json') {
    return { value: withPaths(parse(name), dirname(resolve(name))), definitions: {}, file: name };
  }
  if (isFile && moduleKinds.includes(kind)) {
    const { default: exported, rules, schedules } = await importModule(resolve(name));
    const value = typeof exported === 'function' ? await exported() : exported;
    if (value === undefined) {
      throw new OptionError('experiment/default', 'the module has no default export', {
        place: name,
        mend: 'Export the experiment: export default { name, data, model, loss, optimizer, … }.',
      });
    }
    const definitions = {
      ...(rules === undefined ? {} : { rules }),
      ...(schedules === undefined ? {} : { schedules }),
    };
    return { value: withPaths(value, dirname(resolve(name))), definitions, file: name, module: resolve(name) };
  }
  const names = Object.keys(builtIn);
  const near = nearest(name, names);
  const known = `Known: ${names.join(', ')}; or a file that ends in .json, ${moduleKinds.join(', ')}.`;
  const what = isFile ? 'is neither JSON nor a module' : 'is no experiment and no file';
  throw new OptionError('experiment/unknown', `"${name}" ${what}`, {
    mend: near === undefined ? known : `Did you mean "${near}"? ${known}`,
  });
}

function parse(file: string): unknown {
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    const { message } = cause as Error;
    const position = /at position (\d+)/.exec(message)?.[1];
    const before = position === undefined ? undefined : text.slice(0, Number(position)).split('\n');
    const line = before === undefined ? '' : `, line ${before.length}, column ${before.at(-1)!.length + 1}`;
    throw new OptionError('experiment/json', `the file is no JSON: ${message}`, {
      place: `${file}${line}`,
      mend: 'Mend it there: names and texts stand in double quotes, and no comma before a closing bracket.',
      cause,
    });
  }
}

/** Paths in the data as they are meant: beside the file that names them. */
function withPaths<T>(value: T, folder: string): T {
  const data = (value as { data?: Readonly<Record<string, unknown>> } | null)?.data;
  if (typeof data !== 'object' || data === null) return value;
  const absolute = ['csv', 'text', 'images', 'test', 'folder']
    .filter((key) => typeof data[key] === 'string' && !isAbsolute(data[key]))
    .map((key) => [key, resolve(folder, data[key] as string)]);
  return absolute.length === 0 ? value : { ...value, data: { ...data, ...Object.fromEntries(absolute) } };
}

interface ExperimentModule {
  readonly default?: unknown;
  readonly rules?: Definitions['rules'];
  readonly schedules?: Definitions['schedules'];
}

/**
 * Runs a module of the user's, TypeScript or not. It gets this very copy of Dolina as `dolina`, wherever it lies: layers
 * and rules of another copy would be strangers.
 */
async function importModule(file: string): Promise<ExperimentModule> {
  const { createJiti } = await import('jiti');
  const virtualModules = await publicEntries();
  const jiti = createJiti(import.meta.url, { fsCache: false, interopDefault: false, virtualModules });
  try {
    return await jiti.import<ExperimentModule>(file);
  } catch (cause) {
    if (cause instanceof DolinaError) throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new OptionError('experiment/module', `the module cannot be run: ${message}`, {
      place: file,
      mend: 'Mend it; --verbose shows where.',
      cause,
    });
  }
}

async function publicEntries(): Promise<Record<string, unknown>> {
  const { name, exports } = packageManifest();
  const entries = Object.entries(exports).flatMap(([subpath, target]) => {
    const path = typeof target === 'string' ? target : target.node;
    return path?.endsWith('.js') ? [[subpath, path] as const] : [];
  });
  const load = entries.map(async ([subpath, path]) => {
    const entry: unknown = await import(new URL(path, packageRoot()).href);
    return [join(name, subpath), entry] as const;
  });
  return Object.fromEntries(await Promise.all(load));
}
