"use strict";
{
  const $ = (selector) => document.querySelector(selector);
  const cards = [...document.querySelectorAll(".card")];
  const main = $("main");
  const storage = {
    key: "paperlark " + main.dataset.marks,
    // A browser may keep nothing for a page from a file; marks then last as long as the page.
    read() {
      try { return JSON.parse(localStorage.getItem(this.key)) || {}; } catch { return {}; }
    },
    write(marks) {
      try { localStorage.setItem(this.key, JSON.stringify(marks)); } catch { /* see above */ }
    },
  };
  const known = new Set(cards.map((card) => card.dataset.id));
  const marks = new Map(Object.entries(storage.read())
    .filter(([id, mark]) => known.has(id) && (mark === "+" || mark === "-")));

  const line = () => {
    const said = cards.map((card) => card.dataset.id).filter((id) => marks.has(id));
    return [main.dataset.marks, ...said.map((id) => marks.get(id) + id)].join(" ");
  };

  function show() {
    for (const card of cards) {
      const mark = marks.get(card.dataset.id) || "";
      card.dataset.mark = mark;
      for (const button of card.querySelectorAll(".marks button")) {
        button.setAttribute("aria-pressed", String(button.dataset.mark === mark));
      }
    }
    $("#bar").hidden = marks.size === 0;
    $("#line").value = line();
    $("#said").textContent = $("#said").dataset.hint;
  }

  function mark(card, what) {
    const id = card.dataset.id;
    if (marks.get(id) === what) marks.delete(id); else marks.set(id, what);
    storage.write(Object.fromEntries(marks));
    show();
  }

  const filters = { interest: $("#interest"), score: $("#score"), words: $("#words") };

  function filter() {
    const words = filters.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const least = Number(filters.score.value);
    let shown = 0;
    for (const card of cards) {
      const text = card.textContent.toLowerCase();
      const fits = (!filters.interest.value || card.dataset.interest === filters.interest.value)
        && Number(card.dataset.score) >= least
        && words.every((word) => text.includes(word));
      card.hidden = !fits;
      shown += fits;
    }
    for (const section of document.querySelectorAll("main section[data-interest]")) {
      section.hidden = !section.querySelector(".card:not([hidden])");
    }
    $("#least").textContent = least.toFixed(1);
    $("#shown").textContent =
      $("#shown").dataset.words.replace("{n}", shown).replace("{all}", cards.length);
  }

  function move(step) {
    const visible = cards.filter((card) => !card.hidden);
    const now = visible.indexOf(document.activeElement.closest(".card"));
    const next = visible[now < 0 ? (step > 0 ? 0 : visible.length - 1) : now + step];
    if (next) {
      next.focus({ preventScroll: true });
      next.scrollIntoView({ block: "start" });
    }
  }

  async function copy() {
    try {
      await navigator.clipboard.writeText(line());
    } catch {
      $("#line").select();
      if (!document.execCommand("copy")) return;
    }
    $("#said").textContent = $("#said").dataset.copied;
  }

  function save() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([line() + "\n"], { type: "text/plain" }));
    link.download = $("#save").dataset.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    ArrowRight: () => move(1),
    ArrowLeft: () => move(-1),
    l: (card) => card && mark(card, "+"),
    d: (card) => card && mark(card, "-"),
    a: (card) => {
      const details = card && card.querySelector("details.abstract");
      if (details) details.open = !details.open;
    },
    "/": () => filters.words.focus(),
    "?": () => $("#help").showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || $("#help").open) return;
    const at = event.target;
    if (at.matches("input, select, textarea")) {
      if (event.key === "Escape") at.blur();
      return;
    }
    if (!Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key](at.closest(".card"));
  });

  for (const card of cards) {
    for (const button of card.querySelectorAll(".marks button")) {
      button.addEventListener("click", () => mark(card, button.dataset.mark));
    }
  }
  for (const input of Object.values(filters)) input.addEventListener("input", filter);
  $("#controls").addEventListener("submit", (event) => event.preventDefault());
  $("#keys").addEventListener("click", () => $("#help").showModal());
  $("#close").addEventListener("click", () => $("#help").close());
  $("#copy").addEventListener("click", copy);
  $("#save").addEventListener("click", save);
  $("#clear").addEventListener("click", () => { marks.clear(); storage.write({}); show(); });
  for (const part of document.querySelectorAll("#controls, .marks")) part.hidden = false;
  filter();
  show();
}
