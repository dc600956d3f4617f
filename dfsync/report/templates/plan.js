"use strict";
(() => {
  const find = document.getElementById("find");
  const words = document.getElementById("words");
  const found = document.getElementById("found");
  const items = [...document.querySelectorAll("#changes [data-tags]")];
  const boxes = [...document.querySelectorAll("#changes .many, #changes .part")];
  const texts = items.map((item) => {
    const many = item.closest(".many");
    return (item.textContent + (many ? many.querySelector(".body").textContent : "")).toLowerCase();
  });
  const tags = items.map((item) => item.dataset.tags.split(" "));
  const number = (count) => count.toLocaleString("en");

  const show = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const tag = find.querySelector("input[name=tag]:checked").value;
    let shown = 0;
    items.forEach((item, index) => {
      const fits = (!tag || tags[index].includes(tag)) && wanted.every((word) => texts[index].includes(word));
      item.hidden = !fits;
      shown += fits;
    });
    boxes.forEach((box) => {
      box.hidden = !box.querySelector("[data-tags]:not([hidden])");
      if (box.matches(".many") && wanted.length) box.querySelector("details").open = true;
    });
    found.textContent = shown === items.length
      ? `${number(shown)} shown`
      : `${number(shown)} of ${number(items.length)} shown`;
  };

  let waiting = 0;
  const soon = () => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(show); };
  find.addEventListener("input", soon);
  find.addEventListener("submit", (event) => event.preventDefault());
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
    show();
  }
})();
