import type { Locator, Page } from '@playwright/test';

/** What goes out, and the destinations. */
export class DeliverPage {
  readonly page: Page;
  readonly list: Locator;
  readonly form: Locator;

  constructor(page: Page) {
    this.page = page;
    this.list = page.getByRole('complementary', { name: 'Destinations' });
    this.form = page.getByRole('form');
  }

  /** "Hand over 1,284 records (1.7 MB)". */
  get handOver(): Locator {
    return this.page.getByRole('main').getByRole('button', { name: /^Hand over / });
  }

  get dryRun(): Locator {
    return this.page.getByRole('main').getByRole('button', { name: /^Dry run/ });
  }

  /** One destination's share of the plan. */
  plan(destination: string): Locator {
    return this.page.getByRole('region', { name: `For ${destination}`, exact: true });
  }

  /** Progress, then the result with its LINQ lines. */
  result(destination: string): Locator {
    return this.page.getByRole('region', { name: `Hand-over to ${destination}` });
  }

  /** The dialog that asks why records above a ceiling may go. */
  get override(): Locator {
    return this.page.getByRole('dialog', { name: /^Override the ceiling of / });
  }

  /** Overrides of a destination with something to go. */
  overrides(destination: string): Locator {
    return this.page.getByRole('region', { name: `Overrides for ${destination}`, exact: true });
  }

  get outgoing(): Locator {
    return this.list.getByRole('link', { name: /^Outgoing/ });
  }

  async choose(name: string): Promise<Locator> {
    await this.list.getByRole('link', { name }).click();
    const article = this.page.getByRole('article', { name });
    await article.waitFor();
    return article;
  }

  async sendTestEvent(tag: string): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Tag of the test event' }).fill(tag);
    await this.page.getByRole('button', { name: 'Send a test event' }).click();
  }
}
