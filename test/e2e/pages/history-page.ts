import type { Locator, Page } from '@playwright/test';

/** Pulls, hand-overs and overrides on one line of time. */
export class HistoryPage {
  readonly page: Page;
  readonly list: Locator;

  constructor(page: Page) {
    this.page = page;
    this.list = page.getByRole('list', { name: 'Pulls, hand-overs and overrides' });
  }

  /** Entries that hold this text, e.g. a source's name or `Hand-over`. */
  entry(text: string): Locator {
    return this.list.getByRole('button', { expanded: false }).filter({ hasText: text });
  }
}
