/** A web server on a free port of this machine: some assets, the files of onnxruntime-web, and cross-origin isolation. */

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';

export interface Asset {
  readonly body: string | Uint8Array;
  readonly type: string;
}

export interface Server {
  readonly url: string;
  close(): Promise<void>;
}

const runtime = '/onnxruntime-web/';
const runtimeFolder = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));

export async function serve(assets: Readonly<Record<string, Asset>>, { isolated = true } = {}): Promise<Server> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const asset = assets[pathname] ?? (await runtimeFile(pathname));
    if (isolated) {
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    }
    if (asset === undefined) {
      response.writeHead(pathname === '/favicon.ico' ? 204 : 404).end();
    } else {
      response.writeHead(200, { 'Content-Type': asset.type }).end(asset.body);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

async function runtimeFile(pathname: string): Promise<Asset | undefined> {
  const name = pathname.slice(runtime.length);
  if (!pathname.startsWith(runtime) || !/^[\w.-]+\.(mjs|wasm)$/.test(name)) return undefined;
  const type = name.endsWith('.wasm') ? 'application/wasm' : 'text/javascript';
  return readFile(join(runtimeFolder, name)).then(
    (body) => ({ body, type }),
    () => undefined,
  );
}
