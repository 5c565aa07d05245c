import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CLI = join(ROOT, 'main/node/cli.ts');
/** Longer than anything a test waits for; a command that hangs fails instead of holding up the suite. */
const LONGEST_MS = 60_000;

export interface Ran {
  code: number | null;
  signal: NodeJS.Signals | null;
  out: Buffer;
  stdout: string;
  stderr: string;
}

/** A command line on its way. */
export interface Running {
  child: ChildProcessByStdio<null, Readable, Readable>;
  stdout(): string;
  stderr(): string;
  /** Resolves when the text has appeared on stderr (or stdout); rejects when the command ended without it. */
  until(text: string | RegExp, stream?: 'stdout' | 'stderr'): Promise<void>;
  ended: Promise<Ran>;
}

export interface RunOptions {
  env?: Record<string, string>;
  /** A program that starts the command, given its arguments; for limits. */
  wrap?: (command: readonly string[]) => readonly string[];
}

/** Starts `sluice …` as a user does: a process of its own, straight from source. */
export function start(args: readonly string[], options: RunOptions = {}): Running {
  const command = [process.execPath, CLI, ...args];
  const [program = '', ...rest] = options.wrap?.(command) ?? command;
  const child = spawn(program, rest, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST_MS,
    killSignal: 'SIGKILL',
    env: { ...bareEnvironment(), NODE_COMPILE_CACHE: join(tmpdir(), 'sluice-test-cache'), ...options.env },
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const looking = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    out.push(chunk);
    for (const look of looking) look();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err.push(chunk);
    for (const look of looking) look();
  });
  const stdout = (): string => Buffer.concat(out).toString('utf8');
  const stderr = (): string => Buffer.concat(err).toString('utf8');
  const ended = once(child, 'close').then(
    ([code, signal]): Ran => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      out: Buffer.concat(out),
      stdout: stdout(),
      stderr: stderr(),
    }),
  );
  return {
    child,
    stdout,
    stderr,
    ended,
    until: (text, stream = 'stderr') =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const said = stream === 'stderr' ? stderr() : stdout();
          if (typeof text === 'string' ? !said.includes(text) : !text.test(said)) return;
          looking.delete(look);
          resolve();
        };
        looking.add(look);
        look();
        void ended.then(() => {
          look();
          reject(new Error(`The command ended without "${text}": ${stderr()}`));
        });
      }),
  };
}

/** Runs `sluice …` to its end. */
export function sluice(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return start(args, options).ended;
}

/** stdout as JSON lines. */
export function jsonLines<T>(ran: Pick<Ran, 'stdout'>): T[] {
  return ran.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

/** Without what a test run or a proxy of this machine would add. */
function bareEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_OPTIONS|NODE_ENV)|_proxy$/i.test(name)),
  );
}
