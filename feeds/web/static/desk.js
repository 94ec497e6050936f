// Keys, and actions without leaving the page. Without this script every button sends its form as it is.
"use strict";

const BUTTONS = { a: "approve", h: "hold", s: "spam", t: "trash" };
const LINKS = { e: "edit", b: "ban", r: "reply-to" };
const help = document.getElementById("help");
const listening = document.getElementById("listening");
let at = -1;
let last = Promise.resolve();

const remarks = () => [...document.querySelectorAll("#list .remark")];
// Where a comment has the page to itself, nobody need go to it first.
const leaves = () => document.querySelector("#moderate[data-leaves]");
const present = () => remarks()[leaves() ? 0 : at];

function stand(index, scroll = true) {
  const all = remarks();
  for (const remark of all) remark.classList.remove("current");
  at = Math.max(-1, Math.min(index, all.length - 1));
  if (at < 0) return;
  all[at].classList.add("current");
  all[at].focus({ preventScroll: true });
  if (scroll) all[at].scrollIntoView({ block: "nearest" });
}

async function send(form, button) {
  const fields = new URLSearchParams(new FormData(form, button));
  const response = await fetch(form.action, { method: "POST", body: fields });
  const answer = new DOMParser().parseFromString(await response.text(), "text/html");
  const list = answer.getElementById("list");
  if (!response.ok || !list) {
    // The session is over: its answer was the door. Or the form is stale, and the queue has a fresh one.
    location.assign(response.ok ? response.url : "/desk/");
    return;
  }
  const id = remarks()[at]?.id;
  document.getElementById("list").replaceWith(list);
  document.getElementById("notice").replaceChildren(...answer.getElementById("notice").childNodes);
  prepare();
  const same = remarks().findIndex((remark) => remark.id === id);
  stand(same >= 0 ? same : at);
}

// One after the other: keys may come faster than answers.
function enqueue(work) {
  last = last.then(work).catch(() => location.reload());
}

function press(button) {
  if (!button) return;
  if (button.form === leaves()) return button.form.requestSubmit(button);
  return send(button.form, button);
}

function prepare() {
  const all = document.getElementById("all");
  if (!all) return;
  all.closest("label").hidden = false;
  document.getElementById("keys").hidden = false;
  all.addEventListener("change", () => {
    for (const box of document.querySelectorAll('#list [name="id"]')) box.checked = all.checked;
  });
}

document.addEventListener("submit", (event) => {
  if (!event.submitter || !event.target.matches("#moderate:not([data-leaves]), #notice form")) return;
  event.preventDefault();
  const index = remarks().indexOf(event.submitter.closest(".remark"));
  if (index >= 0) at = index;
  enqueue(() => press(event.submitter));
});

document.addEventListener("click", (event) => {
  if (event.target.closest("#keys")) help.showModal();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help.open) return;
  if (event.target.matches('input:not([type="checkbox"]), textarea, select')) return;
  const key = event.key;
  if (key === "?") help.showModal();
  else if (!listening.checked) return;
  else if (key === "j" || key === "k") enqueue(() => stand(Math.max(0, at + (key === "j" ? 1 : at < 0 ? 1 : -1))));
  else if (key === "x") enqueue(() => remarks()[at]?.querySelector('[name="id"]').click());
  else if (key === "u" || key === "z") enqueue(() => press(document.getElementById("undo")));
  else if (key in BUTTONS) enqueue(() => press(present()?.querySelector(`.actions .${BUTTONS[key]}`)));
  else if (key in LINKS) enqueue(() => present()?.querySelector(`.actions .${LINKS[key]}`)?.click());
  else return;
  event.preventDefault();
});

listening.checked = localStorage.getItem("desk keys") !== "off";
listening.addEventListener("change", () => localStorage.setItem("desk keys", listening.checked ? "on" : "off"));
prepare();
