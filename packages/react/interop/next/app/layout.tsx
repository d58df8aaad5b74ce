/** A layout of the server, with the provider in it. */
import { EntranceProvider } from "@django-entrance/react";
import type { ReactNode } from "react";
import { CONFIG } from "../shared/config";

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <EntranceProvider config={CONFIG}>{children}</EntranceProvider>
      </body>
    </html>
  );
}
