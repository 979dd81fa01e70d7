/** What package.json says of this package: its version, and the entries that it offers. */

import { readFileSync } from 'node:fs';

export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, string | { readonly node?: string; readonly default: string }>>;
}

/** The folder of package.json, as a URL that ends in "/". */
export function packageRoot(): URL {
  return new URL('../../', import.meta.url);
}

export function packageManifest(): PackageManifest {
  return JSON.parse(readFileSync(new URL('package.json', packageRoot()), 'utf8'));
}
