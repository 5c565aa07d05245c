import type { Locator, Page } from '@playwright/test';

/** The collectors' log. */
export class LogPage {
  readonly page: Page;
  readonly lines: Locator;
  readonly search: Locator;

  constructor(page: Page) {
    this.page = page;
    this.lines = page.getByRole('log', { name: 'Log lines' });
    this.search = page.getByRole('textbox', { name: 'Filter lines by text' });
  }

  line(text: string): Locator {
    return this.lines.locator('.log-line').filter({ hasText: text });
  }
}
