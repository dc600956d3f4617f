"use strict";
(() => {
  const find = document.getElementById("find");
  const words = document.getElementById("words");
  const found = document.getElementById("found");
  const changes = document.getElementById("changes");
  const items = [...document.querySelectorAll("#changes [data-tags]")];
  const boxes = [...document.querySelectorAll("#changes .many, #changes .part")];
  const tags = items.map((item) => item.dataset.tags.split(" "));
  const number = (count) => count.toLocaleString("en");
  const counted = (count, noun) => count ? [`${number(count)} ${noun}${count === 1 ? "" : "s"}`] : [];
  const contacts = tags.filter((tag) => tag.includes("contact")).length;
  const all = [...counted(items.length - contacts, "site"), ...counted(contacts, "contact")].join(" and ");

  // Reading the texts of many thousand cards takes a while: not before somebody types.
  let texts = null;
  const read = () => items.map((item) => {
    const many = item.closest(".many");
    return (item.textContent + (many ? many.querySelector(".body").textContent : "")).toLowerCase();
  });

  const show = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const tag = find.querySelector("input[name=tag]:checked").value;
    if (wanted.length) texts ??= read();
    let shown = 0;
    items.forEach((item, index) => {
      const fits = (!tag || tags[index].includes(tag)) && wanted.every((word) => texts[index].includes(word));
      if (item.hidden === fits) item.hidden = !fits;
      shown += fits;
    });
    boxes.forEach((box) => {
      box.hidden = !box.querySelector("[data-tags]:not([hidden])");
      if (box.matches(".many") && wanted.length) box.querySelector("details").open = true;
    });
    document.querySelectorAll("[data-show]").forEach((tile) => {
      tile.setAttribute("aria-pressed", String(tile.dataset.show === tag));
    });
    found.textContent = shown === items.length ? `${all} shown` : `${number(shown)} of ${all} shown`;
  };

  const choose = (tag) => {
    const now = find.querySelector("input[name=tag]:checked");
    const other = now.value === tag ? "" : tag;
    [...find.querySelectorAll("input[name=tag]")].find((radio) => radio.value === other).checked = true;
    show();
    find.scrollIntoView();
  };

  let waiting = 0;
  const soon = () => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(show); };
  find.addEventListener("input", soon);
  find.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-show], [data-region]");
    if (!button) return;
    if (button.dataset.show !== undefined) choose(button.dataset.show);
    else {
      words.value = button.dataset.region;
      show();
      find.scrollIntoView();
    }
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input[type=search]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      words.focus();
    } else if (event.key === "Escape" && typing) {
      words.value = "";
      show();
    }
  });
  if (items.length > 1) {
    find.hidden = false;
    changes.classList.add("searched");
    document.querySelectorAll("[data-show], [data-region]").forEach((button) => { button.disabled = false; });
    show();
  }
})();
