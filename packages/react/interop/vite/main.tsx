import { EntranceProvider } from "@django-entrance/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { CONFIG } from "./shared/config";
import { Page } from "./shared/Page";

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <EntranceProvider config={CONFIG}>
      <Page />
    </EntranceProvider>
  </StrictMode>,
);
