import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import type { FeedRunView, PullRunView } from '../../shared/views/pull.ts';
import type { LogBook } from '../engine/log/log-book.ts';
import { formatLogLine } from '../engine/log/log-line.ts';
import { counted, tell } from './say.ts';

const EVERY_MS = 100;

/** A progress bar per collection on a terminal, log lines above them. Elsewhere only the log lines, on stderr. */
export class PullBars {
  #multi: MultiBar | null = null;
  readonly #bars = new Map<string, SingleBar>();
  #shownAt = 0;

  constructor(logBook: LogBook) {
    logBook.onLine((line) => {
      const text = formatLogLine(line);
      if (this.#multi === null) tell(text);
      else this.#multi.log(`${text}\n`);
    });
  }

  show(view: PullRunView): void {
    if (!process.stderr.isTTY) return;
    const now = performance.now();
    if (now - this.#shownAt < EVERY_MS) return;
    this.#shownAt = now;
    this.#multi ??= new MultiBar(
      {
        stream: process.stderr,
        format: '{name} {bar} {count} {note}',
        hideCursor: true,
        barsize: 24,
        emptyOnZero: true,
      },
      Presets.shades_classic,
    );
    for (const feed of view.feeds) this.#update(feed);
  }

  clear(): void {
    this.#multi?.stop();
    this.#multi = null;
    this.#bars.clear();
  }

  #update(feed: FeedRunView): void {
    const total = Math.max(feed.announced ?? feed.received, feed.received, 1);
    const note =
      feed.waitingUntil === null
        ? feed.rate === null
          ? ''
          : `${counted(feed.rate)}/s`
        : `waiting until ${new Date(feed.waitingUntil).toISOString().slice(11, 19)}`;
    const name = `${feed.feed.title} ${feed.feed.kind}s`.slice(0, 36).padEnd(36);
    const shown = {
      name,
      count: `${counted(feed.received)}${feed.announced === null ? '' : ` of ${counted(feed.announced)}`}`,
      note,
    };
    const key = `${feed.feed.apiRoot}\n${feed.feed.collection}\n${feed.feed.kind}`;
    const bar = this.#bars.get(key) ?? this.#multi?.create(total, 0, shown);
    if (bar === undefined) return;
    this.#bars.set(key, bar);
    bar.setTotal(total);
    bar.update(feed.received, shown);
  }
}
