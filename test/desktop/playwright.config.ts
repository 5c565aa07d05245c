import { defineConfig } from '@playwright/test';

/** The desktop application: real Electron where its binary is, else the stand-in. JSON goes where PLAYWRIGHT_JSON_OUTPUT_NAME says. */
export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  outputDir: '../../test-results/desktop',
  globalSetup: './build-and-say.ts',
  timeout: 90_000,
  expect: { timeout: 10_000 },
  workers: 1,
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME === undefined ? 'list' : [['list'], ['json']],
});
