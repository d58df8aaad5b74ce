/** Starts Logbook in the page. */
import { EntranceProvider } from "@django-entrance/react";
import { onlineManager } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import "./styles/index.css";

// Queries hear of changes only; a page opened while offline has to tell them.
onlineManager.setOnline(navigator.onLine);

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <EntranceProvider config="/entrance/config.json">
      <App />
    </EntranceProvider>
  </StrictMode>,
);
