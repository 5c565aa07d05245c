import { app, crashReporter, protocol } from 'electron';
import { APP_ID, APP_NAME } from '../presence/identity.ts';
import { PAGE_SCHEME_PRIVILEGES } from './app-protocol.ts';

/** First stage, before `ready`: what Electron only takes then. `leave`: another Sluice runs and has been told to show itself. */
export function beforeBoot(): 'go' | 'leave' {
  app.setName(APP_NAME);
  if (!app.requestSingleInstanceLock()) return 'leave';
  app.enableSandbox();
  app.setAppUserModelId(APP_ID);
  // Kept on this computer, beside the application's other data.
  crashReporter.start({ uploadToServer: false });
  protocol.registerSchemesAsPrivileged([PAGE_SCHEME_PRIVILEGES]);
  return 'go';
}
