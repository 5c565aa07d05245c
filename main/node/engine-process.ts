/** Entry of the engine's own process under Node; forked by `engine-host.ts`. Compiled code is cached between starts. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./engine-main.ts');
