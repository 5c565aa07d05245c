import { defineConfig } from '@playwright/test';
import { CHROMIUM_ARGS, chromiumPath } from '../run/chromium.ts';

const executablePath = chromiumPath();

/** The interface in the system's Chromium against the loopback page. JSON goes where PLAYWRIGHT_JSON_OUTPUT_NAME says. */
export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  outputDir: '../../test-results',
  timeout: 60_000,
  expect: { timeout: 10_000 },
  // Two cores: an engine, feeds and a browser a worker are enough for one.
  workers: 1,
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME === undefined ? 'list' : [['list'], ['json']],
  use: {
    viewport: { width: 1440, height: 900 },
    timezoneId: 'UTC',
    locale: 'en-GB',
    launchOptions: { args: CHROMIUM_ARGS, ...(executablePath === null ? {} : { executablePath }) },
  },
});
