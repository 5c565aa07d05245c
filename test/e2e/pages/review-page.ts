import type { Locator, Page } from '@playwright/test';

/** Facets, the table of records, the opened record. */
export class ReviewPage {
  readonly page: Page;
  readonly grid: Locator;
  readonly facets: Locator;
  readonly record: Locator;
  readonly filters: Locator;
  readonly search: Locator;

  constructor(page: Page) {
    this.page = page;
    this.grid = page.getByRole('grid', { name: 'Records' });
    this.facets = page.getByRole('complementary', { name: 'Facets' });
    this.record = page.getByRole('region', { name: 'Record', exact: true });
    this.filters = page.getByRole('list', { name: 'Filters' });
    this.search = page.getByRole('textbox', { name: 'Filter by text' });
  }

  /** Drawn rows, the header left out. Only those in view are in the document. */
  get rows(): Locator {
    return this.grid.locator('[role="row"][data-index]');
  }

  /** A row by its place in the view, from 0. */
  row(index: number): Locator {
    return this.grid.locator(`[role="row"][data-index="${index}"]`);
  }

  cell(index: number, column: string): Locator {
    return this.row(index).locator(`[data-column="${column}"]`);
  }

  /** Rows of the whole view, from the table itself. */
  async total(): Promise<number> {
    return Number(await this.grid.getAttribute('aria-rowcount')) - 1;
  }

  /** `1,284 of 24,771`. */
  get counts(): Locator {
    return this.page.getByTestId('record-count');
  }

  facet(group: string, value: string): Locator {
    return this.facets
      .getByRole('region', { name: group })
      .getByRole('button', { name: new RegExp(`^${value} `) });
  }

  /** `All` | `STIX` | `CEWL` | `Events`: what the table shows, each in its own columns. */
  async family(name: string): Promise<void> {
    await this.page
      .getByRole('radiogroup', { name: 'Kind of records' })
      .getByText(name, { exact: true })
      .click();
    await this.answered();
  }

  /** By the column's head: once for its usual direction. */
  async sortBy(title: string): Promise<void> {
    await this.grid.getByTitle(`Sort by ${title}`).click();
    await this.answered();
  }

  exclude(value: string): Locator {
    return this.facets.getByRole('button', { name: `Exclude ${value}` });
  }

  /** Searches and waits for the answer: the field itself applies what was typed only after a moment. */
  async find(text: string): Promise<void> {
    await this.search.fill(text);
    await this.search.press('Enter');
    await this.answered();
  }

  /** Waits until the table, or what stands in its place, is there. */
  async answered(): Promise<void> {
    await this.page
      .locator('[role="grid"][aria-label="Records"][aria-busy="false"], .empty')
      .first()
      .waitFor();
  }

  /** Takes all filters away: the view opens on what is staged. */
  async showAll(): Promise<void> {
    await this.page
      .getByRole('button', { name: /^Clear all( filters)?$/ })
      .first()
      .click();
  }

  async open(index: number): Promise<void> {
    await this.grid.focus();
    await this.row(index).click();
    await this.record.waitFor();
  }

  async select(...indexes: number[]): Promise<void> {
    for (const index of indexes) await this.row(index).locator('[data-check]').click();
  }

  /** `Summary` | `For Devo` | `Text` | `Relations` | `Versions` | `Problems`. */
  async tab(name: string): Promise<Locator> {
    await this.record.getByRole('tab', { name }).click();
    return this.record.getByRole('tabpanel');
  }

  /** `Graph` | `List`. */
  async relationsAs(view: string): Promise<void> {
    await this.record
      .getByRole('radiogroup', { name: 'How to show the relations' })
      .getByText(view, { exact: true })
      .click();
  }

  /** What is drawn around the record. */
  get neighbourhood(): Locator {
    return this.record.getByRole('group', { name: /^Neighbourhood/ });
  }

  get neighbours(): Locator {
    return this.neighbourhood.getByRole('button');
  }

  /** Relations of one label in the list, e.g. `uses`. */
  relations(label: RegExp): Locator {
    return this.record.locator('.relations').filter({ has: this.page.getByRole('heading', { name: label }) });
  }

  /** The exact bytes a destination would get, as shown. */
  bytesFor(destination: string): Locator {
    return this.record.getByRole('region', { name: `Exact bytes for ${destination}` });
  }

  get exports(): Locator {
    return this.page.getByRole('dialog', { name: /^Export/ });
  }

  get decisions(): Locator {
    return this.page.getByRole('toolbar', { name: 'What to do with the selection' });
  }

  /** By key, as an analyst does: A, H, R; Z takes back. */
  async decide(key: 'a' | 'h' | 'r' | 'z'): Promise<void> {
    await this.grid.focus();
    await this.page.keyboard.press(key);
  }
}
