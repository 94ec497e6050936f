// A button beside each feed's address that copies it. Without this script the addresses can be selected and copied by hand.
"use strict";

// In another language the page gives the words.
const copyWords = JSON.parse(document.currentScript.dataset.words ?? "{}");
const copySays = (message) => copyWords[message] ?? message;

const told = document.getElementById("copied");

async function copy(place) {
  try {
    await navigator.clipboard.writeText(place.dataset.copy);
    return true;
  } catch {
    // Only pages over HTTPS have the clipboard; the selection is at least there to be copied by hand.
    getSelection().selectAllChildren(place.querySelector("a"));
    return document.execCommand("copy");
  }
}

for (const place of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = copySays("Copy");
  button.setAttribute("aria-label", copySays("Copy the %(format)s address").replace("%(format)s", place.dataset.copyLabel));
  button.addEventListener("click", async () => {
    const done = await copy(place);
    button.textContent = done ? copySays("Copied") : copySays("Copy");
    told.textContent = done ? copySays("The address is copied.") : copySays("The address is selected: copy it by hand.");
    setTimeout(() => { button.textContent = copySays("Copy"); told.textContent = ""; }, 3000);
  });
  place.append(button);
}
