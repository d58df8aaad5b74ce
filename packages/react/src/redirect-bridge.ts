/** The script of the redirect bridge page: hands Microsoft's answer to the page that asked and closes the window. */
import { broadcastResponseToMainFrame } from "@azure/msal-browser/redirect-bridge";
import { addressedTo, answerChannel } from "./session/answerChannel.js";

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
  link.href = main.dataset["home"] ?? "/";
  link.textContent = "Back to the application";
  main.append(link);
}

function announceAnswer(attempt: string): void {
  const channel = answerChannel(attempt);
  channel.postMessage("answered");
  channel.close();
}

async function handOver(): Promise<void> {
  const addressee = addressedTo(new URL(location.href));
  if (addressee === null) {
    history.replaceState(null, "", location.pathname);
    return sayError(NOT_ALONE);
  }
  say("Signing in…");
  if (addressee.attempt !== null) announceAnswer(addressee.attempt);
  try {
    await broadcastResponseToMainFrame();
    say("You can close this window.");
  } catch {
    sayError(NOT_ALONE);
  }
}

void handOver();
