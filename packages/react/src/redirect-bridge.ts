/** Script of the redirect bridge page: passes Microsoft's response to the page that opened this window. */
import { broadcastResponseToMainFrame } from "@azure/msal-browser/redirect-bridge";
import { addressedTo, answerChannel } from "./session/bridge/answerChannel.js";
import { bridgeTexts } from "./session/bridge/bridgeTexts.js";

const ANNOUNCE_EVERY_MS = 500;
const PATIENCE_MS = 3_000;

const texts = bridgeTexts(document.documentElement.lang);

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
  link.textContent = texts.back;
  main.append(link);
}

/** Repeats the announcement until the page acknowledges it: a page that is reloading starts to listen late. */
function announceAnswer(attempt: string): Promise<void> {
  const channel = answerChannel(attempt);
  const announce = (): void => channel.postMessage("answered");
  const again = setInterval(announce, ANNOUNCE_EVERY_MS);
  const late = setTimeout(() => (say(texts.notHeard).role = "alert"), PATIENCE_MS);
  announce();
  return new Promise((resolve) => {
    channel.onmessage = ({ data }) => {
      if (data !== "heard") return;
      clearInterval(again);
      clearTimeout(late);
      channel.close();
      resolve();
    };
  });
}

async function handOver(): Promise<void> {
  const addressee = addressedTo(new URL(location.href));
  if (addressee === null) {
    history.replaceState(null, "", location.pathname);
    return sayError(texts.notAlone);
  }
  say(texts.signingIn);
  if (addressee.attempt !== null) await announceAnswer(addressee.attempt);
  try {
    await broadcastResponseToMainFrame();
    say(texts.done);
  } catch {
    sayError(texts.notAlone);
  }
}

void handOver();
