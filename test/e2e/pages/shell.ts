import type { Locator, Page } from '@playwright/test';
import type { View } from '../../../shared/commands.ts';

const TITLES: Readonly<Record<View, string>> = {
  sources: 'Sources',
  review: 'Review',
  deliver: 'Deliver',
  history: 'History',
  log: 'Log',
  settings: 'Settings',
};

/** The frame around every view: rail, header, status bar, palette, notices. */
export class Shell {
  readonly page: Page;
  readonly rail: Locator;
  readonly status: Locator;
  readonly notices: Locator;

  constructor(page: Page) {
    this.page = page;
    this.rail = page.getByRole('navigation', { name: 'Views' });
    /** Left side: what just happened or which keys act. Right side: health. */
    this.status = page.getByRole('contentinfo');
    this.notices = page.getByRole('region', { name: 'Notices' });
  }

  link(view: View): Locator {
    return this.rail.getByRole('link', { name: TITLES[view] });
  }

  async go(view: View): Promise<void> {
    await this.link(view).click();
    await this.page.getByRole('heading', { level: 1, name: TITLES[view] }).waitFor();
  }

  get palette(): Locator {
    return this.page.getByRole('dialog', { name: 'Search or jump to' });
  }

  /** Opens the palette, types, takes the first answer that has this text. */
  async jump(text: string): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+k');
    await this.palette.getByRole('combobox').fill(text);
    await this.palette.getByRole('option', { name: text }).first().click();
  }

  get keys(): Locator {
    return this.page.getByRole('dialog', { name: 'All keys' });
  }

  async theme(name: 'System' | 'Light' | 'Dark'): Promise<void> {
    await this.go('settings');
    await this.page.getByRole('radiogroup', { name: 'Theme' }).getByText(name).click();
  }
}
