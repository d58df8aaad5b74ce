/** Starts Logbook in the page. */
import { onlineManager } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Root } from "./Root";
import "./styles/index.css";

// Queries hear of changes only; a page opened while offline has to tell them.
onlineManager.setOnline(navigator.onLine);

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <Root />
  </StrictMode>,
);
