import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The public entries, as the examples import them: in tests from their sources, not from what was built last. */
function publicEntries() {
  const { name, exports } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as {
    name: string;
    exports: Record<string, string | { node: string }>;
  };
  return Object.entries(exports).flatMap(([subpath, target]) => {
    const built = /^\.\/dist\/(.*)\.js$/.exec(typeof target === 'string' ? target : target.node);
    if (built === null) return [];
    const source = fileURLToPath(new URL(`src/${built[1]}.ts`, import.meta.url));
    return [{ find: new RegExp(`^${name}${subpath.slice(1)}$`), replacement: source }];
  });
}

export default defineConfig({
  resolve: { alias: publicEntries() },
  test: {
    include: ['bench/**/*.test.ts', 'src/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts'],
    setupFiles: ['test/seeded-properties.ts'],
    testTimeout: 60_000,
  },
});
