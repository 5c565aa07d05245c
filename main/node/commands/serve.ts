import { type Command, Option } from 'commander';
import { SluiceError } from '../../../shared/errors.ts';
import { ensureRenderer } from '../build-renderer.ts';
import { engineHost } from '../engine-host.ts';
import { count } from '../filter-options.ts';
import { openBrowser } from '../open-browser.ts';
import { readConfig } from '../open-workspace.ts';
import { say, tell } from '../say.ts';
import { VERSION } from '../version.ts';
import { openLoopbackPage } from '../web.ts';

/** `serve`: the interface on 127.0.0.1 until stopped. Prints one URL whose token works once. */
export function serveCommand(program: Command): void {
  program
    .command('serve')
    .description('open the interface in a browser on this machine')
    .requiredOption('--data <dir>', 'data directory')
    .option('--config <file>', 'collector config.yaml; its sources and destinations are shown read-only')
    .addOption(new Option('--port <n>', 'port on 127.0.0.1').argParser(count).default(0, 'any free one'))
    .option('--open', 'open the page in the browser')
    .option('--verbose', 'print log lines on stderr')
    .action(
      async (options: { data: string; config?: string; port: number; verbose?: boolean; open?: boolean }) => {
        if (options.port > 65_535)
          throw new SluiceError({ code: 'usage.port', message: 'A port is a number up to 65535.' });
        if (options.config !== undefined) readConfig(options.config);
        const rendererDir = await ensureRenderer();
        const engine = engineHost({
          dataDir: options.data,
          configFile: options.config ?? null,
          demo: null,
          version: VERSION,
          printLog: options.verbose === true,
        });
        await engine.start();
        const page = await openLoopbackPage(engine, { port: options.port, rendererDir }).catch(
          async (error: NodeJS.ErrnoException) => {
            await engine.stop();
            throw new SluiceError({
              code: 'usage.port',
              message: `Port ${options.port} on 127.0.0.1 cannot be used (${error.code ?? 'error'}).`,
            });
          },
        );
        say(page.url);
        if (options.open) openBrowser(page.url);
        await stopped();
        tell('Stopping.');
        await page.close();
        await engine.stop();
      },
    );
}

/** Resolves on Ctrl+C or SIGTERM. A second one ends at once. */
export function stopped(): Promise<void> {
  return new Promise((resolve) => {
    let once = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (once) process.exit(130);
        once = true;
        resolve();
      });
    }
  });
}
