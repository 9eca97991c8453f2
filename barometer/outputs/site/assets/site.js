/* What the pages cannot do by themselves: switch series, remember a wish, search. */
"use strict";
(function () {
  const root = document.documentElement;
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  const filled = (text, names) => text.replace(/\{(\w+)\}/g, (_, name) => names[name]);
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

  /* Where nobody says where the pages are on the web, an address is that of the page in the browser. */
  all("[data-relative]").forEach((field) => {
    const absolute = (path) => new URL(path, location.href.split(/[?#]/)[0]).href;
    field.value = field.tagName === "INPUT" ? absolute(field.value)
      : field.value.replace(/(href|src)="([^"]*)"/g, (_, name, path) => `${name}="${absolute(path)}"`);
  });
  all("[data-copies]").forEach((button) => {
    button.addEventListener("click", () => {
      const field = document.getElementById(button.dataset.copies), state = button.parentNode.querySelector("[role=status]");
      const done = () => { state.textContent = state.dataset.done; };
      field.select();
      if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(done, () => {});
      else if (document.execCommand("copy")) done();
    });
  });

  /* On paper everything is open; what a link leads to is too. */
  addEventListener("beforeprint", () => all("details.fold").forEach((fold) => { fold.open = true; }));
  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const fold = target && target.closest("details.fold");
    if (!fold || fold.open) return;
    fold.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();

  /* A table of numbers is sorted by the column that is asked for; a total stays the last row. */
  all("table.report").forEach((table) => {
    const body = table.tBodies[0], heads = all("thead th", table), total = table.classList.contains("total-row");
    const number = (row, place) => {
      const found = row.cells[place].textContent.replace(/\s/g, "").match(/^[0-9.,]+/);
      return found ? Number(root.lang === "nl" ? found[0].replace(/\./g, "").replace(",", ".") : found[0].replace(/,/g, "")) : -1;
    };
    all("tr", body).forEach((row, place) => { row.dataset.place = place; });
    heads.forEach((head, place) => {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-label", filled(table.dataset.sort, { column: head.textContent.trim() }));
      head.append(" ", button);
      button.addEventListener("click", () => {
        const down = place > 0 && head.getAttribute("aria-sort") !== "descending";
        const rows = all("tr", body), last = total ? rows.pop() : null;
        rows.sort((one, other) => place === 0 ? one.dataset.place - other.dataset.place
          : (number(one, place) - number(other, place)) * (down ? -1 : 1) || one.dataset.place - other.dataset.place);
        rows.forEach((row) => body.append(row));
        if (last) body.append(last);
        heads.forEach((each) => each.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
      });
    });
  });

  /* What is behind "more" goes away as other menus do. */
  all(".more details").forEach((more) => {
    document.addEventListener("click", (event) => { if (!more.contains(event.target)) more.open = false; });
    more.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !more.open) return;
      more.open = false;
      more.querySelector("summary").focus();
    });
  });

  /* Search: every word is of the indicator, of a sector or size class, or an edition; or of a page. */
  const plain = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  const words = (text) => plain(text).match(/[a-z0-9_]+/g) || [];
  /* A number is itself alone; a word is also what it begins, but a short one not what is far longer. */
  const fits = (token, word) => {
    if (word === token) return true;
    if (!/^[a-z_]+$/.test(token) || !/^[a-z]/.test(word)) return false;
    if (word.startsWith(token)) return token.length > 3 || (token.length > 1 && word.length - token.length < 4);
    return word.length > 3 && token.length - word.length < 4 && /^[a-z]+$/.test(word) && token.startsWith(word.slice(0, Math.max(4, word.length - 2)));
  };
  const meant = (token) => [token].concat(index.synonyms[token] || []);
  const holds = (token, list) => meant(token).some((one) => list.some((word) => fits(one, word)));
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
        index.pages.forEach((page) => { page.own = words(page.label); page.rest = words(page.words); });
        index.known = Array.from(new Set([
          ...Object.keys(index.synonyms), ...index.categories.flatMap((category) => category.words),
          ...index.entries.flatMap((entry) => entry.own), ...index.pages.flatMap((page) => page.own),
        ]));
        resolve();
      };
      document.head.append(script);
    });
    return waiting;
  }

  /* What is asked for: an edition, and the words that say something. */
  function asked(query) {
    const given = Array.from(new Set(words(query)));
    const said = given.filter((token) => !index.stopWords.has(token));
    const tokens = said.length ? said : given;
    const year = tokens.find((token) => index.editions.map(String).includes(token));
    return { tokens, year, others: tokens.filter((token) => token !== year) };
  }

  function findNumbers({ year, others }) {
    const editions = index.editions.map(String);
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
      found.push({ entry, edition: has(best.place), place: best.place, score, rank: entry.rank, share: own.length / entry.own.length, order });
    });
    return found;
  }

  function findPages({ year, others }) {
    const newest = new Map();
    index.pages.forEach((page, order) => {
      if (year && page.edition && String(page.edition) !== year) return;
      const own = others.filter((token) => holds(token, page.own));
      const rest = others.filter((token) => !own.includes(token) && holds(token, page.rest));
      if (!others.length || own.length + rest.length < others.length) return;
      /* What it is called goes before what a number is called: a kind with its number, or the whole of a name. */
      const named = page.own.length && meant(others[0]).includes(page.own[0]) && (page.own.length === 1 || others.length > 1);
      const result = { page, score: 10 * own.length + 2 * rest.length + (named ? 5 : -3), rank: 99, share: own.length / page.own.length, order };
      if (newest.has(page.label) && newest.get(page.label).page.edition >= page.edition) return;
      newest.set(page.label, result);
    });
    return Array.from(newest.values());
  }

  /* Of those that fit as well: key figures first, then what says little else. */
  function find(query) {
    const wanted = asked(query);
    if (!wanted.tokens.length) return [];
    return findNumbers(wanted).concat(findPages(wanted)).sort((one, other) =>
      other.score - one.score || one.rank - other.rank || other.share - one.share || one.order - other.order);
  }

  /* How many letters one word has to change to be the other, swapped neighbours as one; no more than `most`. */
  function distance(one, other, most) {
    if (Math.abs(one.length - other.length) > most) return most + 1;
    let before = null, last = Array.from({ length: other.length + 1 }, (_, place) => place);
    for (let i = 1; i <= one.length; i += 1) {
      const next = [i];
      for (let k = 1; k <= other.length; k += 1) {
        const cost = one[i - 1] === other[k - 1] ? 0 : 1;
        next[k] = Math.min(last[k] + 1, next[k - 1] + 1, last[k - 1] + cost);
        if (before && i > 1 && k > 1 && one[i - 1] === other[k - 2] && one[i - 2] === other[k - 1]) next[k] = Math.min(next[k], before[k - 2] + 1);
      }
      before = last; last = next;
    }
    return last[other.length];
  }

  /* The query with each word that nothing has in place of it the nearest one; without such a word, the words that find most. */
  function nearest(query) {
    const { tokens } = asked(query);
    const changed = tokens.map((token) => {
      if (holds(token, index.known) || token.length < 4) return token;
      const most = token.length > 6 ? 2 : 1;
      const near = index.known.map((word) => [distance(token, word, most), word]).filter(([far]) => far <= most).sort(([one], [other]) => one - other);
      return near.length ? near[0][1] : null;
    }).filter(Boolean);
    if (find(changed.join(" ")).length) return changed.join(" ");
    return changed.map((_, place) => changed.filter((__, other) => other !== place).join(" ")).find((fewer) => find(fewer).length) || null;
  }

  const decimal = (tenths) => (tenths === null ? index.texts.no_value : (tenths / 10).toFixed(1).replace(".", index.decimalMark));

  function item(result) {
    if (result.page) {
      const link = document.createElement("a"), name = document.createElement("b"), line = document.createElement("li");
      link.href = result.page.page;
      name.textContent = result.page.label + (result.page.edition ? ` (${result.page.edition})` : "");
      link.append(name); line.append(link);
      return line;
    }
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
    let found = find(query), said = filled(index.texts.search_found, { count: found.length });
    if (!found.length) {
      const near = nearest(query);
      found = near ? find(near) : [];
      said = near ? filled(index.texts.search_nearest, { query, nearest: near }) : index.texts.search_none;
    }
    box.hidden = !words(query).length;
    box.querySelector("p").textContent = said;
    const lines = found.slice(0, most).map(item);
    if (found.length > lines.length) {
      const line = document.createElement("li"), link = document.createElement("a");
      link.href = `indicators.html?q=${encodeURIComponent(query)}`;
      link.textContent = filled(index.texts.search_all, { count: found.length });
      line.append(link); lines.push(line);
    }
    box.querySelector("ol").replaceChildren(...lines);
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
    load().then(() => list(results, query, Infinity));
  }
})();
