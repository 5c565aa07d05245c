/** Builds main (ESM), engine process (ESM) and preload (one CJS file) into out/. `npm run build` builds the renderer beside them. */
import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type InlineConfig } from 'vite';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Bundled sources of ours; packages stay outside and come from node_modules. */
function target(
  entry: string,
  file: string,
  format: 'es' | 'cjs',
  external: (id: string) => boolean,
): InlineConfig {
  const slash = file.lastIndexOf('/');
  return {
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: `${ROOT}${entry}`,
      outDir: `${ROOT}out/${file.slice(0, slash)}`,
      emptyOutDir: false,
      target: 'node24',
      minify: false,
      rollupOptions: {
        external,
        output: { format, entryFileNames: file.slice(slash + 1), codeSplitting: false },
      },
    },
  };
}

const isPackage = (id: string): boolean => !id.startsWith('.') && !id.startsWith('/') && !id.startsWith('\0');
const onlyElectron = (id: string): boolean => id === 'electron';

await build(target('main/index.ts', 'main/index.js', 'es', isPackage));
await build(target('main/desktop/engine-process.ts', 'main/engine.js', 'es', isPackage));
await build(target('main/preload.ts', 'preload/preload.cjs', 'cjs', onlyElectron));
cpSync(`${ROOT}build/tray`, `${ROOT}out/tray`, { recursive: true });
