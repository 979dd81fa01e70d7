/**
 * A module and the workers that it starts, from a TypeScript entry, by the paths to serve them at. The engine's own package
 * stays outside: its workers load it by URL.
 */

import { build, type Plugin, type Rolldown } from 'vite';
import type { Asset } from './serve.ts';

const engineOutside: Plugin = {
  name: 'engine-outside',
  enforce: 'pre',
  resolveId: (id) =>
    id === 'onnxruntime-web/wasm'
      ? { id: '/onnxruntime-web/ort.wasm.bundle.min.mjs', external: 'absolute' }
      : undefined,
};

/** The entry is served as `/entry.js`. */
export async function bundle(entry: string): Promise<Record<string, Asset>> {
  const { output } = (await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [engineOutside],
    worker: { format: 'es', plugins: () => [engineOutside] },
    build: {
      write: false,
      minify: false,
      target: 'esnext',
      modulePreload: false,
      rolldownOptions: {
        input: entry,
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: 'entry.js', codeSplitting: false },
      },
    },
  })) as Rolldown.RolldownOutput;
  return Object.fromEntries(
    output.map((file) => [
      `/${file.fileName}`,
      { body: file.type === 'chunk' ? file.code : file.source, type: 'text/javascript' },
    ]),
  );
}
