import type { Locator, Page } from '@playwright/test';

const PULL_MS = 30_000;

/** The list of sources and the chosen one's page. */
export class SourcesPage {
  readonly page: Page;
  readonly list: Locator;
  readonly form: Locator;

  constructor(page: Page) {
    this.page = page;
    this.list = page.getByRole('complementary', { name: 'Sources' });
    this.form = page.getByRole('form');
  }

  item(name: string): Locator {
    return this.list.getByRole('link', { name });
  }

  /** The page of the chosen source. */
  source(name: string): Locator {
    return this.page.getByRole('article', { name });
  }

  async choose(name: string): Promise<Locator> {
    await this.item(name).click();
    const article = this.source(name);
    await article.waitFor();
    return article;
  }

  /** Opens the page of a source and waits until its first pull, which begins by itself, is over. */
  async pulled(name: string): Promise<Locator> {
    const article = await this.choose(name);
    await article.getByText('Not pulled yet').waitFor({ state: 'hidden', timeout: PULL_MS });
    await article.getByRole('button', { name: /Pull now/ }).waitFor({ timeout: PULL_MS });
    return article;
  }

  /** `Pull now` | `Cancel` | `Test` | `Pause` | `Resume` | `Edit` | `Remove`. */
  button(name: string): Locator {
    return this.page.getByRole('article').getByRole('button', { name, exact: false });
  }

  /** A row of "This pull" or "Last pull" by the collection's title. */
  feed(title: string): Locator {
    return this.page.getByRole('article').getByRole('row', { name: title });
  }

  async startAdding(): Promise<void> {
    await this.page
      .getByRole('button', { name: /^Add( a source)?$/ })
      .first()
      .click();
    await this.form.waitFor();
  }

  /** Fills the least a TAXII source needs; leaving the last field asks the server. */
  async fillServer(server: {
    url: string;
    name?: string;
    username?: string;
    password?: string;
  }): Promise<void> {
    await this.form.getByRole('textbox', { name: 'Discovery URL' }).fill(server.url);
    if (server.username !== undefined) {
      await this.form.getByRole('combobox', { name: 'Sign-in' }).click();
      await this.page.getByRole('option', { name: 'Username and password' }).click();
      await this.form.getByRole('textbox', { name: 'Username' }).fill(server.username);
      await this.form.getByLabel('Password', { exact: true }).fill(server.password ?? '');
    }
    if (server.name !== undefined)
      await this.form.getByRole('textbox', { name: 'Name', exact: true }).fill(server.name);
  }

  async test(): Promise<void> {
    await this.form.getByRole('button', { name: 'Test', exact: true }).click();
  }

  /** "What was found" once the server has answered. */
  get found(): Locator {
    return this.form.getByRole('region', { name: 'What was found' });
  }

  async save(): Promise<void> {
    await this.form.getByRole('button', { name: /^(Add source|Save)$/ }).click();
  }
}
