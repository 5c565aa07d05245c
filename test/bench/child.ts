import { execFileSync, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENGINE_FLAGS } from '../../main/node/engine-host.ts';

const HERE = import.meta.dirname;
const CACHE = join(tmpdir(), 'sluice-bench-compiled');

/** Starts a server of the bench in a process of its own; it prints its address. */
export async function server(script: string, args: string[]): Promise<{ url: string; stop: () => void }> {
  const child = spawn(process.execPath, [join(HERE, script), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`${script} ended`)));
    child.stdout.setEncoding('utf8').once('data', resolve);
  });
  return { url: (JSON.parse(line) as { url: string }).url, stop: () => child.kill() };
}

/** Runs a script with the engine's flags to its end; its last line is what it measured. */
export function measured(script: string, args: string[]): Record<string, number> {
  execFileSync('sync');
  const out = execFileSync(process.execPath, [...ENGINE_FLAGS, join(HERE, script), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    // As the command line and the engine process have it.
    env: { ...process.env, NODE_COMPILE_CACHE: CACHE },
  });
  return JSON.parse(out.trim().split('\n').at(-1) ?? '{}') as Record<string, number>;
}
