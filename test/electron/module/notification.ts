import { EventEmitter } from 'node:events';
import type { NotificationConstructorOptions, Notification as Real } from 'electron';
import { guarded } from '../refuse.ts';
import { Preventable } from './preventable.ts';

/** Whether the system shows notifications; and those it was given, oldest first, with whether they are still there. */
export const notifications = {
  supported: true,
  shown: [] as { notification: Notification; open: boolean }[],
};

type Options = Pick<Real, 'title' | 'body' | 'subtitle' | 'silent' | 'urgency' | 'timeoutType' | 'actions'>;

export class Notification extends EventEmitter implements Partial<Omit<Real, keyof EventEmitter>>, Options {
  title: string;
  body: string;
  subtitle: string;
  silent: boolean;
  urgency: Real['urgency'];
  timeoutType: Real['timeoutType'];
  actions: Real['actions'];
  #entry: { notification: Notification; open: boolean } | null = null;

  static isSupported(): boolean {
    return notifications.supported;
  }

  constructor(options: NotificationConstructorOptions = {}) {
    super();
    this.title = options.title ?? '';
    this.body = options.body ?? '';
    this.subtitle = options.subtitle ?? '';
    this.silent = options.silent ?? false;
    this.urgency = options.urgency ?? 'normal';
    this.timeoutType = options.timeoutType ?? 'default';
    this.actions = options.actions ?? [];
    // biome-ignore lint/correctness/noConstructorReturn: callers get the guarded notification.
    return guarded(this, 'Notification');
  }

  show(): void {
    if (!notifications.supported) return;
    this.close();
    this.#entry = { notification: this, open: true };
    notifications.shown.push(this.#entry);
    setImmediate(() => this.emit('show', new Preventable()));
  }
  close(): void {
    if (this.#entry === null || !this.#entry.open) return;
    this.#entry.open = false;
    setImmediate(() => this.emit('close', new Preventable()));
  }
}
