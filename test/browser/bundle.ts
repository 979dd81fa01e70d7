/** One JavaScript module from a TypeScript entry. The engine's own package stays outside: its workers load it by URL. */

import { build, type Rolldown } from 'vite';
import type { Asset } from './serve.ts';

export async function bundle(entry: string): Promise<Asset> {
  const outputs = (await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: false,
      target: 'esnext',
      lib: { entry, formats: ['es'], fileName: 'entry' },
      rolldownOptions: { external: ['onnxruntime-web/wasm'], output: { codeSplitting: false } },
    },
  })) as Rolldown.RolldownOutput[];
  const [chunk] = outputs[0]!.output;
  return { body: chunk.code, type: 'text/javascript' };
}
