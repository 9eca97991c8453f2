/* What the pages cannot do by themselves: switch series, remember a wish, search. */
"use strict";
(function () {
  const root = document.documentElement;
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  root.classList.add("script");

  /* Series: several on and off, or one at a time. */
  function show(chart, wanted) {
    all(".tracks", document.getElementById(chart)).forEach((tracks) => {
      let end = 0;
      all(".track", tracks).forEach((track) => {
        track.hidden = !wanted.has(track.dataset.series);
        const bar = track.querySelector(".bar");
        if (track.hidden || !bar) return;
        /* A stacked bar begins where the last one that shows ends. */
        track.style.setProperty("--from", `${end}%`);
        end += parseFloat(bar.style.width);
      });
    });
  }
  const pressed = (chart) =>
    all(`.key button[data-chart="${CSS.escape(chart)}"]`).filter(
      (button) => button.getAttribute("aria-pressed") === "true");
  all(".key button").forEach((button) => {
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") === "true";
      if (on && pressed(button.dataset.chart).length === 1) return;
      button.setAttribute("aria-pressed", String(!on));
      show(button.dataset.chart, new Set(pressed(button.dataset.chart).map((one) => one.dataset.series)));
    });
  });
  all(".choose select").forEach((select) => {
    const choose = () => show(select.dataset.chart, new Set([select.value]));
    select.addEventListener("change", choose);
    choose();
  });

  /* Who asked for intervals once gets them on the next page too. */
  const boxes = all(".switch input");
  const remember = (value) => {
    try { sessionStorage.setItem("intervals", value); } catch (error) { /* a page from disk may have no storage */ }
  };
  const remembered = () => {
    try { return sessionStorage.getItem("intervals") === "true"; } catch (error) { return false; }
  };
  boxes.forEach((box) => {
    box.checked = box.checked || remembered();
    box.addEventListener("change", () => {
      remember(String(box.checked));
      if (box.id === "show-all") boxes.forEach((other) => { other.checked = box.checked; });
    });
  });

  /* Escape puts away an interval that was pointed at, until the pointer leaves. */
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    all(".row:hover, .row:focus-within").forEach((row) => {
      row.classList.add("quiet");
      ["mouseleave", "focusout"].forEach((leave) =>
        row.addEventListener(leave, () => row.classList.remove("quiet"), { once: true }));
    });
  });

  /* The other language opens at the same place. */
  all("a[data-keep-place]").forEach((link) => {
    link.addEventListener("click", () => { link.href = link.href.split(/[?#]/)[0] + location.search + location.hash; });
  });

  /* Search: every word is of the indicator, of a sector or size class, or an edition. */
  const plain = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  const words = (text) => plain(text).match(/[a-z0-9_]+/g) || [];
  const fits = (token, word) =>
    word.startsWith(token) || (word.length > 3 && /^[a-z]+$/.test(word) && token.startsWith(word.slice(0, Math.max(4, word.length - 2))));
  const holds = (token, list) => list.some((word) => fits(token, word));
  const filled = (text, names) => text.replace(/\{(\w+)\}/g, (_, name) => names[name]);
  let index = null, waiting = null;

  function load() {
    waiting = waiting || new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = "search.js";
      script.onload = () => {
        index = window.barometerIndex;
        index.stopWords = new Set(index.stopWords.map(plain));
        index.categories.forEach((category) => { category.words = words(category.label + " " + category.words); });
        index.entries.forEach((entry) => {
          entry.own = words(entry.label);
          entry.of = words(entry.base);
          entry.rest = words(entry.words + " " + entry.base);
        });
        resolve();
      };
      document.head.append(script);
    });
    return waiting;
  }

  function find(query) {
    const given = Array.from(new Set(words(query).map((token) => index.synonyms[token] || token)));
    const asked = given.filter((token) => !index.stopWords.has(token));
    const tokens = asked.length ? asked : given;
    if (!tokens.length) return [];
    const editions = index.editions.map(String);
    const year = tokens.find((token) => editions.includes(token));
    const others = tokens.filter((token) => token !== year);
    const found = [];
    index.entries.forEach((entry, order) => {
      /* The edition asked for, or the newest, that has a number of a place. */
      const has = (place) => entry.numbers.findIndex((numbers, at) => numbers && numbers[place] && (!year || editions[at] === year));
      if (has(0) < 0) return;
      const own = others.filter((token) => holds(token, entry.own));
      const left = others.filter((token) => !own.includes(token));
      const places = index.categories.map((category, place) => ({
        place, met: left.filter((token) => place > 0 && has(place) >= 0 && token.length > 1 && holds(token, category.words)),
      }));
      const best = places.reduce((one, other) => (other.met.length > one.met.length ? other : one));
      const rest = left.filter((token) => !best.met.includes(token) && holds(token, entry.rest));
      if (own.length + best.met.length + rest.length < others.length) return;
      if (others.length && !own.length && !rest.length && !best.met.length) return;
      const score = 10 * own.length + 4 * best.met.length + 2 * rest.length + rest.filter((token) => holds(token, entry.of)).length;
      found.push({ entry, edition: has(best.place), place: best.place, score, share: own.length / entry.own.length, order });
    });
    /* Of those that fit as well: key figures first, then what says little else. */
    return found.sort((one, other) =>
      other.score - one.score || one.entry.rank - other.entry.rank || other.share - one.share || one.order - other.order);
  }

  const decimal = (tenths) => (tenths === null ? index.texts.no_value : (tenths / 10).toFixed(1).replace(".", index.decimalMark));

  function item(result) {
    const { entry, edition, place } = result;
    const category = index.categories[place];
    const number = entry.numbers[edition][place];
    const link = document.createElement("a");
    link.href = `${entry.page}#${entry.anchors}${category.anchor}`;
    const add = (kind, text) => { const part = document.createElement(kind); part.textContent = text; link.append(part); };
    add("b", entry.label);
    add("strong", number ? (number[0] === null ? index.texts.no_value : decimal(number[0]) + "%") + (number[3] ? " " + number[3] : "") : index.texts.no_value);
    add("span", `${category.label} · ${entry.base} · ${index.editions[edition]}`);
    add("span", number && number[1] !== null ? `${index.texts.search_interval} ${filled(index.texts.interval, { lower: decimal(number[1]), upper: decimal(number[2]) })}` : "");
    const line = document.createElement("li");
    line.append(link);
    return line;
  }

  function list(box, query, most) {
    const found = find(query);
    box.hidden = !words(query).length;
    box.querySelector("p").textContent = found.length ? filled(index.texts.search_found, { count: found.length }) : index.texts.search_none;
    box.querySelector("ol").replaceChildren(...found.slice(0, most).map(item));
    return found;
  }

  const form = document.querySelector(".search");
  if (!form) return;
  const field = form.querySelector("input"), box = form.querySelector(".found");
  const close = () => { box.hidden = true; };
  field.addEventListener("focus", load);
  field.addEventListener("input", () => load().then(() => list(box, field.value, 12)));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    load().then(() => {
      const first = list(box, field.value, 12).length && box.querySelector("a");
      if (first) first.focus();
    });
  });
  form.addEventListener("keydown", (event) => {
    const links = box.hidden ? [] : all("a", box);
    const place = links.indexOf(document.activeElement);
    if (event.key === "Escape") { close(); field.focus(); }
    if (event.key === "ArrowDown" && links.length) { event.preventDefault(); links[Math.min(place + 1, links.length - 1)].focus(); }
    if (event.key === "ArrowUp" && place >= 0) { event.preventDefault(); (place ? links[place - 1] : field).focus(); }
  });
  form.addEventListener("focusout", (event) => { if (event.relatedTarget && !form.contains(event.relatedTarget)) close(); });
  document.addEventListener("click", (event) => { if (!form.contains(event.target)) close(); });
  box.addEventListener("click", (event) => { if (event.target.closest("a")) close(); });

  /* Without a script the form opens the list of indicators; with a query it shows what is found. */
  const query = new URLSearchParams(location.search).get("q");
  const results = document.querySelector(".results");
  if (query && results) {
    field.value = query;
    load().then(() => list(results, query, 100));
  }
})();
