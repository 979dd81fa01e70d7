import type { Engine } from '../runtime/engine.ts';
import { packageManifest } from './package-manifest.ts';

/** What a run was computed with: Dolina, Node, and the package of the engine. */
export function versions(engine: Engine): Record<string, string> {
  const [name = engine.name, version = ''] = engine.version.split(' ');
  return { dolina: packageManifest().version, node: process.versions.node, [name]: version };
}
