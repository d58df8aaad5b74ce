/** The script of the redirect bridge page: hands Microsoft's answer to the page that asked and closes the window. */
import { broadcastResponseToMainFrame } from "@azure/msal-browser/redirect-bridge";
import { answerChannel, attemptIn } from "./session/answerChannel.js";

const NOT_ALONE = "This page finishes a sign-in and does nothing when it is opened on its own.";

const main: HTMLElement =
  document.getElementById("entrance-redirect") ?? document.body.appendChild(document.createElement("main"));

function say(text: string): HTMLParagraphElement {
  const paragraph = document.createElement("p");
  paragraph.textContent = text;
  main.replaceChildren(paragraph);
  return paragraph;
}

function sayError(text: string): void {
  say(`${text} `).role = "alert";
  const link = document.createElement("a");
  link.href = "/";
  link.textContent = "Back to the application";
  main.append(link);
}

function announceAnswer(): void {
  const attempt =
    attemptIn(new URLSearchParams(location.hash.slice(1))) ?? attemptIn(new URLSearchParams(location.search));
  if (attempt === null) return;
  const channel = answerChannel(attempt);
  channel.postMessage("answered");
  channel.close();
}

async function handOver(): Promise<void> {
  say("Signing in…");
  announceAnswer();
  try {
    await broadcastResponseToMainFrame();
    say("You can close this window.");
  } catch {
    sayError(NOT_ALONE);
  }
}

void handOver();
