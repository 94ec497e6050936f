// The reply form comes to the comment that it answers. Without this script, the link leads to a page with the form below.
// A link to a comment that is not on this page of the thread leads on to the page that shows it.
"use strict";

// In another language the page gives the words.
const replyWords = JSON.parse(document.currentScript.dataset.words ?? "{}");
const replySays = (message) => replyWords[message] ?? message;

const asked = /^#comment-([0-9]+)$/.exec(location.hash);
const isPublic = location.search === "" || location.search.startsWith("?comments=");
if (asked !== null && isPublic && document.getElementById(asked[0].slice(1)) === null) {
  // Once: this may be a page that the browser has kept from before the comment, and would be led to over and over.
  const [arrival] = performance.getEntriesByType("navigation");
  if (arrival?.redirectCount === 0) location.replace(`?comment=${asked[1]}${asked[0]}`);
}

const reply = document.getElementById("reply");
const form = reply.querySelector("form");

if (form !== null) {
  const title = document.getElementById("reply-title");
  const home = document.createComment("the reply form");
  reply.before(home);

  // A message with nodes in the places that it leaves open: "Reply to %(name)s".
  function filled(message, nodes) {
    return message.split(/%\((\w+)\)s/).map((part, place) => (place % 2 ? nodes[part] : part));
  }

  function show(heading, told = []) {
    title.replaceChildren(...heading);
    reply.querySelector(".answering")?.remove();
    if (told.length === 0) return;
    const answering = document.createElement("p");
    answering.className = "answering";
    answering.append(...told);
    title.after(answering);
  }

  function link(href, words) {
    const made = document.createElement("a");
    made.href = href;
    made.textContent = words;
    return made;
  }

  function answerComment(remark) {
    const name = document.createElement("bdi");
    name.textContent = remark.querySelector(".who").textContent;
    const back = link("#reply", replySays("Reply to the article instead"));
    back.addEventListener("click", answerArticle);
    const number = remark.querySelector(".number").textContent;
    const comment = link(`#${remark.id}`, replySays("comment %(number)s").replace("%(number)s", number));
    show(
      filled(replySays("Reply to %(name)s"), { name }),
      filled(replySays("You are answering %(comment)s. %(back)s"), { comment, back }),
    );
    form.elements.parent.value = remark.id.slice("comment-".length);
    remark.after(reply);
    form.elements.comment.focus();
  }

  function answerArticle(event) {
    event.preventDefault();
    show([replySays("Leave a Reply")]);
    form.elements.parent.value = "";
    home.after(reply);
    form.elements.comment.focus();
  }

  for (const answer of document.querySelectorAll(".answer a")) {
    answer.addEventListener("click", (event) => {
      // Who asks for another tab gets it.
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      answerComment(answer.closest(".remark"));
    });
  }
}
