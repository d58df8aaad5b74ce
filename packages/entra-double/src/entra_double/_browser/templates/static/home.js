// Makes the copy buttons work; without it the texts can still be selected.
const said = document.getElementById("said");

for (const button of document.querySelectorAll("button[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent);
      tell(button, "Copied", label);
    } catch {
      window.getSelection().selectAllChildren(source); // no clipboard without https or localhost
      tell(button, "Selected", label);
    }
  });
}

function tell(button, text, label) {
  button.textContent = text;
  said.textContent = `${text}: ${button.getAttribute("aria-label").replace("Copy ", "")}`;
  setTimeout(() => {
    button.textContent = label;
    said.textContent = "";
  }, 1500);
}
