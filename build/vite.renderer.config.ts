import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** The interface as static files: relative addresses, nothing inline, so that both hosts can serve it under a strict CSP. */
export default defineConfig({
  root: at('renderer'),
  base: './',
  plugins: [react()],
  build: {
    outDir: at('out/renderer'),
    emptyOutDir: true,
    target: 'es2023',
    sourcemap: false,
    // Data URLs would need a wider CSP for fonts and the like.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
