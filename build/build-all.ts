/** `npm run build`: renderer, then main, engine process and preload. */
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

// Whoever calls, a test runner too: React's development build carries the paths of its sources.
process.env.NODE_ENV = 'production';

const HERE = fileURLToPath(new URL('.', import.meta.url));
await build({ configFile: `${HERE}vite.renderer.config.ts`, logLevel: 'warn' });
await import('./build-desktop.ts');
