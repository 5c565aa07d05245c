import type { SourceSettings } from '../../../shared/settings.ts';

/** Whether the source goes to a server whose certificate is not checked. */
export function isUnverified(settings: SourceSettings): boolean {
  return (
    settings.kind === 'threatq' && !settings.verifyHostSslCert && settings.apiBaseUrl.startsWith('https:')
  );
}

/** Said wherever a source is shown whose server is not checked. */
export function UnverifiedNote() {
  return (
    <div className="note" data-kind="error" role="alert">
      <span className="note-title">The server's certificate is not checked.</span> Whoever sits between this
      computer and the server can read the password and change the events (verify_host_ssl_cert is off).
      Better: give the server's CA certificate under Advanced.
    </div>
  );
}
