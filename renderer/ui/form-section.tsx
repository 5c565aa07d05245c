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
        <h3>{title}</h3>
        {hint === undefined ? null : <p>{hint}</p>}
      </header>
      <div className="form-fields">{children}</div>
    </section>
  );
}
