// Looks again who knows, until all do or it is over. Without this script the page has a link that does so.
"use strict";

const AGAIN = 2000;

async function look() {
  const response = await fetch(location.href);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const told = page.getElementById("told");
  if (!response.ok || !told) {
    // The session is over: its answer was the door.
    location.reload();
    return false;
  }
  for (const id of ["told", "said"]) {
    const [mine, theirs] = [document.getElementById(id), page.getElementById(id)];
    // What is the same stays: nothing is read out twice, and what is selected stays selected.
    if (mine.innerHTML !== theirs.innerHTML) mine.replaceChildren(...theirs.childNodes);
  }
  return told.hasAttribute("data-waits");
}

function wait() {
  setTimeout(() => {
    // Whoever is offline for a moment looks again.
    look().catch(() => true).then((waits) => waits && wait());
  }, AGAIN);
}

if (document.getElementById("told").hasAttribute("data-waits")) wait();
