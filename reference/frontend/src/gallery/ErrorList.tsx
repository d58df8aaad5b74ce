/** Each error with its sentence. */
import type { EntranceErrorCode, Texts } from "@django-entrance/react";

export function ErrorList({ texts }: { readonly texts: Texts }) {
  const codes = Object.keys(texts.errors) as readonly EntranceErrorCode[];
  return (
    <section aria-labelledby="errors">
      <h2 id="errors">EntranceErrorCode</h2>
      <dl lang={texts.lang}>
        {codes.map((code) => (
          <div key={code}>
            <dt>
              <code>{code}</code>
            </dt>
            <dd>{texts.errors[code]}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
