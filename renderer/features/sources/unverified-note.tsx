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
