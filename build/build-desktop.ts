/** Builds main (ESM), engine process (ESM) and preload (one CJS file) into out/. `npm run build` builds the renderer beside them. */
import { cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type InlineConfig } from 'vite';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** One file each, packages inside: the installed app carries no node_modules but what cannot be bundled, and starts sooner. */
function target(entry: string, file: string, format: 'es' | 'cjs'): InlineConfig {
  const slash = file.lastIndexOf('/');
  return {
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true },
    build: {
      ssr: `${ROOT}${entry}`,
      outDir: `${ROOT}out/${file.slice(0, slash)}`,
      emptyOutDir: false,
      target: 'node24',
      minify: false,
      rollupOptions: {
        external: notBundled,
        output: {
          format,
          entryFileNames: file.slice(slash + 1),
          // What main imports on demand is a file of its own; a sandboxed preload has to be one file.
          ...(format === 'es' ? { chunkFileNames: 'on-demand-[name].js' } : { codeSplitting: false }),
        },
      },
    },
  };
}

/** better-sqlite3 finds its binary beside itself. */
const notBundled = (id: string): boolean =>
  id === 'electron' || id === 'better-sqlite3' || id.startsWith('node:');

// A file that is no longer built must not be packed.
for (const dir of ['main', 'preload', 'tray']) rmSync(`${ROOT}out/${dir}`, { recursive: true, force: true });
await build(target('main/index.ts', 'main/index.js', 'es'));
await build(target('main/desktop/engine-process.ts', 'main/engine.js', 'es'));
await build(target('main/preload.ts', 'preload/preload.cjs', 'cjs'));
cpSync(`${ROOT}build/tray`, `${ROOT}out/tray`, { recursive: true });
