import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';

const ENTRY = fileURLToPath(new URL('../page/worlds.ts', import.meta.url));
let bundled: Promise<string> | null = null;

/** The two worlds as one script that runs in any page. */
async function worlds(): Promise<string> {
  bundled ??= build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      target: 'es2023',
      lib: { entry: ENTRY, formats: ['iife'], name: 'worlds' },
    },
  }).then((result) => {
    const [output] = result as Rolldown.RolldownOutput[];
    const chunk = output?.output[0];
    if (chunk === undefined) throw new Error('The page scripts were not built.');
    return chunk.code;
  });
  return await bundled;
}

export async function mainWorldScript(secret: string): Promise<string> {
  return `(() => { ${await worlds()}\nworlds.mainWorld(${JSON.stringify({ secret })}); })();`;
}

/** A preload that cannot be loaded leaves the page without it and is told, as in Electron. */
export async function preloadScript(
  secret: string,
  preload: string | null,
  additionalArguments: readonly string[],
): Promise<string> {
  const options = JSON.stringify({
    secret,
    process: {
      platform: process.platform,
      argv: ['electron', ...additionalArguments],
      versions: { electron: 'stand-in' },
    },
  });
  const body = preload === null ? 'null' : `(require, module, exports, process) => {\n${preload}\n}`;
  return `(() => { ${await worlds()}
    try { worlds.preloadWorld({ ...${options}, preload: ${body} }); }
    catch (error) { standInHost(JSON.stringify({ kind: 'preload-error', message: String(error && error.stack || error) })); }
  })();`;
}
