import type { BrowserContext, Page, Route } from '@playwright/test';
import type { Wire } from '../wire.ts';
import type { Addresses } from './addresses.ts';
import type { WindowPage } from './window-page.ts';

interface Around {
  context: BrowserContext;
  wire: Wire;
  addresses: Addresses;
  windowOf: (page: Page) => WindowPage | null;
  firstWindow: () => WindowPage | null;
  /** Until the pages that main is opening are known as windows. */
  opened: () => Promise<unknown>;
  /** What pages asked of other machines; none of it is let through. */
  remote: string[];
  complain: (text: string) => void;
}

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** Every request of every page: the app's own addresses are answered by its protocol handler, navigation and new windows are asked for. */
export async function answerRequests(around: Around): Promise<void> {
  const { context, wire, addresses } = around;
  /** Where windows that pages opened wanted to go: the request comes before the page is told of. */
  const wanted: string[] = [];
  await context.route('**/*', async (route) => {
    const request = route.request();
    const window = windowOf(route, around);
    const url = addresses.toApp(request.url());
    if (window === null) {
      wanted.push(url);
      // Playwright tells of a new page only when its first request has been answered.
      return await route.fulfill({ contentType: 'text/html', body: '' });
    }
    const frame = request.frame();
    if (request.isNavigationRequest() && frame === window.page.mainFrame()) {
      const asked = window.expected === request.url();
      window.expected = null;
      const redirected = request.redirectedFrom() !== null;
      if (!asked && !(await wire.ask('navigates', { id: window.id, url, redirected })))
        return await stop(route, 'aborted');
    }
    if (!addresses.isApp(request.url())) {
      around.remote.push(request.url());
      return await stop(route, 'blockedbyclient');
    }
    const fetched = request.resourceType() === 'fetch' || request.resourceType() === 'xhr';
    if (fetched && !addresses.mayFetch(url)) return await stop(route, 'accessdenied');
    await fulfil(route, url, wire);
  });
  context.on('page', (page) => {
    if (around.windowOf(page) !== null) return;
    void refuse(page, wanted, around);
  });
}

function windowOf(route: Route, around: Around): WindowPage | null {
  try {
    return around.windowOf(route.request().frame().page());
  } catch {
    // The frame of a window that is just being opened is not there yet.
    return null;
  }
}

async function fulfil(route: Route, url: string, wire: Wire): Promise<void> {
  const request = route.request();
  const answer = await wire
    .ask<Answer | null>('request', {
      url,
      method: request.method(),
      headers: request.headers(),
      body: request.postDataBuffer(),
    })
    .catch(() => null);
  if (answer === null) return await stop(route, 'failed');
  await route.fulfill({ ...answer, body: Buffer.from(answer.body) }).catch(() => {});
}

async function stop(route: Route, code: string): Promise<void> {
  // The page may have gone meanwhile.
  await route.abort(code).catch(() => {});
}

/** A page opened a window: the app's handler decides, and the stand-in only knows how to deny. */
async function refuse(page: Page, wanted: string[], around: Around): Promise<void> {
  const opener = await page.opener().catch(() => null);
  // The page of a window of the app is told of before it is known as one.
  await around.opened();
  const from = (opener === null ? null : around.windowOf(opener)) ?? around.firstWindow();
  if (around.windowOf(page) !== null || from === null) return;
  const url = wanted.shift() ?? page.url();
  const answer = await around.wire.ask<{ action: string } | undefined>('opens', { id: from.id, url });
  if (answer?.action === 'allow')
    around.complain(`The stand-in for Electron does not implement a window opened by a page (${url}).`);
  await page.close().catch(() => {});
}
