import { Notification } from 'electron';
import type { Notice } from '../presence/notices.ts';

/** Kept while they are shown: a collected notification no longer answers clicks. */
const shown = new Set<Notification>();

/** Shows a notification of the system where it has them; a click leads to its place. */
export function notify(notice: Notice, open: (place: readonly string[]) => void): void {
  if (!Notification.isSupported()) return;
  const notification = new Notification({ title: notice.title, body: notice.body });
  const done = (): void => void shown.delete(notification);
  notification.on('click', () => {
    done();
    open(notice.place);
  });
  notification.on('close', done);
  // An unsigned build on a Mac, a system that has them switched off: the tray says it as well.
  notification.on('failed', done);
  shown.add(notification);
  notification.show();
}
