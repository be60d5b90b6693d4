"use strict";

const search = document.getElementById("search");
const found = document.getElementById("found");
const entries = new Map(
  [...document.querySelectorAll("nav li")].map((entry) => [entry.firstElementChild.hash.slice(1), entry]),
);
const articles = [...document.querySelectorAll("article")];
const texts = new Map(articles.map((article) => [
  article,
  [article.id, ...[...article.children].filter((part) => part.tagName !== "DETAILS").map((part) => part.textContent)]
    .join(" ").toLowerCase(),
]));

// Shows what has all the words in its text.
function find() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let tables = 0;
  for (const [article, text] of texts) {
    article.hidden = !words.every((word) => text.includes(word));
    const entry = entries.get(article.id);
    if (entry) {
      entry.hidden = article.hidden;
      tables += article.hidden ? 0 : 1;
    }
  }
  for (const section of document.querySelectorAll(".found-in")) {
    section.hidden = [...section.querySelectorAll("article, li")].every((part) => part.hidden);
  }
  for (const id of ["overview", "models-in-between", "staging-models"]) {
    document.getElementById(id).hidden = words.length > 0;
  }
  found.textContent = words.length === 0 ? "" : tables === 1 ? "1 table" : `${tables} tables`;
}

// A link to something that the search hides ends the search.
function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.closest("[hidden]")) {
    search.value = "";
    find();
    target.scrollIntoView();
  }
}

// Marks what leads to a box and what it leads to.
function trace(svg, name) {
  const paths = [...svg.querySelectorAll("path")];
  const on = new Set([name]);
  for (const [from, to] of [["from", "to"], ["to", "from"]]) {
    const waiting = [name];
    while (waiting.length > 0) {
      const box = waiting.pop();
      for (const path of paths.filter((one) => one.dataset[from] === box)) {
        path.classList.add("on");
        if (!on.has(path.dataset[to])) {
          on.add(path.dataset[to]);
          waiting.push(path.dataset[to]);
        }
      }
    }
  }
  for (const box of svg.querySelectorAll("a")) {
    box.classList.toggle("on", on.has(box.dataset.name));
  }
  svg.classList.add("traced");
}

function untrace(svg) {
  svg.classList.remove("traced");
  for (const part of svg.querySelectorAll(".on")) {
    part.classList.remove("on");
  }
}

for (const svg of document.querySelectorAll("svg")) {
  for (const box of svg.querySelectorAll("a")) {
    for (const event of ["pointerenter", "focus"]) {
      box.addEventListener(event, () => { untrace(svg); trace(svg, box.dataset.name); });
    }
    for (const event of ["pointerleave", "blur"]) {
      box.addEventListener(event, () => untrace(svg));
    }
  }
}

// Only Airflow has the page beside it.
document.getElementById("back").hidden = !location.pathname.endsWith("/catalogue");
search.addEventListener("input", find);
addEventListener("hashchange", reveal);
find();
