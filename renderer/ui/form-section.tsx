import type { ReactNode } from 'react';

/** A named group of fields. */
export function FormSection({
  title,
  hint,
  children,
}: {
  title: string;
  hint?: string;
  children: ReactNode;
}) {
  return (
    <section className="form-section" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {hint === undefined ? null : <p>{hint}</p>}
      </header>
      <div className="form-fields">{children}</div>
    </section>
  );
}
