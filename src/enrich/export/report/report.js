"use strict";
(() => {
  const CHUNK = 20;
  const HEAD_HEIGHT = 46;
  const MOST_CHOICES = 8;
  const MOST_DOTS = 3000;
  const MOST_NODES = 500;
  const MOST_LINES = 100;
  const MOST_LANES = 12;
  const MOST_AUTHORS = 6;
  const COLLATOR = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const NAMES = { ok: "complete", partial: "incomplete", not_found: "not found", not_asked: "not asked", yes: "with", no: "without" };
  const PUBLISHED = ["conference", "journal", "book", "chapter", "thesis"];
  const byId = (id) => document.getElementById(id);
  const { sections, labels, lists, titles, authors, rows } = JSON.parse(byId("rows").textContent);
  const form = byId("filters");
  const results = byId("results");
  const view = byId("view");
  const wide = matchMedia("(min-width: 60rem)");

  // --- small tools

  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  // A pasted address or identifier is its value; what stands in quotation marks is one phrase.
  const PREFIX = /^(?:https?:\/\/)?(?:(?:dx\.)?doi\.org\/|(?:www\.)?arxiv\.org\/(?:abs|pdf)\/)|^(?:doi|arxiv):/;
  const toWords = (query) => (fold(query).replace(/[“”„]/g, '"').match(/"[^"]+"|\S+/g) || [])
    .map((word) => word.replace(/^"|["',;]+$/g, "").replace(PREFIX, "").replace(/^(\d{4}\.\d{4,5})(?:v\d+)?(?:\.pdf)?$/, "$1"))
    .filter(Boolean);
  const isWeb = (url) => /^https?:\/\//i.test(url);
  const count = (number) => number.toLocaleString("en");
  const counted = (number, name) => `${count(number)} ${name}${number === 1 ? "" : "s"}`;
  const spoken = (value) => NAMES[value] || String(value).replaceAll("_", " ");
  const make = (name, className, ...content) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.append(...content);
    return element;
  };
  const draw = (name, attributes, ...content) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...content);
    return element;
  };
  const link = (url, text) => {
    const element = make("a", "", text);
    if (isWeb(url)) element.href = url;
    element.rel = "noopener noreferrer";
    return element;
  };
  const act = (text, what, name) => {
    const button = make("button", "", text);
    button.type = "button";
    button.dataset.act = what;
    if (name) button.setAttribute("aria-label", `${text}: ${name}`);
    return button;
  };
  const say = (text) => { byId("status").textContent = text; };

  const unpacked = {};
  function unpack(name) {
    unpacked[name] ||= (async () => {
      if (!byId(name)) await new Promise((done) => document.addEventListener("DOMContentLoaded", done, { once: true }));
      const bytes = Uint8Array.from(atob(byId(name).textContent), (sign) => sign.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
      return JSON.parse(await new Response(stream).text());
    })();
    return unpacked[name];
  }

  // --- works and what they can be filtered by

  rows.forEach((row, place) => {
    row.place = place;
    row.names = (row.a || []).map((number) => authors[number]);
    row.paths = (row.s || []).map((number) => sections[number]);
    row.tags = (row.l || []).map((number) => labels[number]);
    row.labels = [...row.tags, ...(row.b || []).map((number) => labels[number])];
    row.links = row.u || [];
    row.cites = row.r || [];
    row.citedBy = [];
    row.words = fold([row.t, ...row.names, row.v, row.f, row.k, row.x, row.y, ...row.labels].filter(Boolean).join("\n"));
    row.day = row.d ? Date.parse(row.d.length === 7 ? `${row.d}-15` : row.d) : undefined;
  });
  for (const row of rows) for (const cited of row.cites) rows[cited].citedBy.push(row.place);
  const byKey = new Map(rows.map((row) => [row.k, row]));

  const above = (path) => {
    const parts = path.split(" / ");
    return parts.map((_, depth) => parts.slice(0, depth + 1).join(" / "));
  };
  const titleOf = new Map(lists.map((name, place) => [name, titles[place]]));
  const leadsTo = (row, label) => [row.links.some(([name]) => name === label) ? "yes" : "no"];
  const FACETS = [
    { name: "section", title: "Section", of: (row) => row.paths.flatMap(above), isTree: true, isOpen: true },
    { name: "kind", title: "Kind", of: (row) => [row.p], isOpen: true },
    { name: "status", title: "Status", of: (row) => [row.w], isOpen: true },
    { name: "new", title: "New", of: (row) => (row.n ? ["new"] : []), isOpen: true },
    { name: "retraction", title: "Retraction", of: (row) => (row.q ? [row.q] : []), isOpen: true },
    { name: "code", title: "Code", of: (row) => leadsTo(row, "Code"), isOpen: true },
    { name: "pdf", title: "PDF", of: (row) => leadsTo(row, "PDF"), isOpen: true },
    { name: "oa", title: "Open access", of: (row) => [row.z || "unknown"], isOpen: true },
    { name: "venue", title: "Venue", of: (row) => (row.v ? [row.v] : []), isOpen: true },
    { name: "author", title: "Author", of: (row) => row.names },
    { name: "label", title: "Label", of: (row) => row.labels },
    { name: "list", title: "List", of: (row) => (row.g || []).map((number) => lists[number]), call: (value) => titleOf.get(value) },
  ];
  const called = (facet, value) => (facet.call || spoken)(value);
  for (const facet of FACETS) {
    facet.ids = new Map();
    facet.totals = [];
    facet.chosen = new Set();
    facet.nodes = new Map();
    facet.byRow = rows.map((row) =>
      [...new Set(facet.of(row))].map((value) => {
        if (!facet.ids.has(value)) facet.ids.set(value, facet.totals.push(0) - 1);
        const id = facet.ids.get(value);
        facet.totals[id] += 1;
        return id;
      }),
    );
    facet.values = [...facet.ids.keys()];
    const number = new Map(facet.values.map((value, id) => [id, value]));
    facet.order = [...number.keys()];
    if (facet.name === "section") {
      const first = new Map(sections.flatMap((path, place) => above(path).map((part, depth) => [part, [place, depth]])).reverse());
      const key = (id) => above(facet.values[id]).map((part) => String(first.get(part)[0]).padStart(6, "0")).join("/");
      const keys = facet.order.map(key);
      facet.order.sort((a, b) => (keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : 0));
    } else if (facet.ids.has("no")) facet.order.sort((a) => (facet.values[a] === "yes" ? -1 : 1));
    else facet.order.sort((a, b) => facet.totals[b] - facet.totals[a] || COLLATOR.compare(facet.values[a], facet.values[b]));
    facet.counts = facet.totals;
  }
  const usable = FACETS.filter(({ totals }) => totals.length > 1 || (totals.length === 1 && totals[0] < rows.length));
  const years = [...new Set(rows.map((row) => row.y).filter(Boolean))].sort((a, b) => a - b);
  const range = { from: null, to: null };
  let yearCounts = new Map();

  // --- the state of the page, which is also its address

  const state = { q: "", sort: "list", view: "list" };
  const open = new Set();
  const picked = new Set();
  let shown = rows;
  let chunks = [];

  function toYears() {
    const { from, to } = range;
    if (from === null && to === null) return "";
    return from === to ? String(from) : `${from ?? ""}-${to ?? ""}`;
  }

  function toAddress(changes = {}) {
    const asked = new URLSearchParams();
    const now = { ...state, year: toYears(), ...Object.fromEntries(FACETS.map((facet) => [facet.name, [...facet.chosen].map((id) => facet.values[id])])), work: [...open], ...changes };
    const { q, year, sort, view: seen, work, ...chosen } = now;
    if (q) asked.append("q", q);
    for (const [name, values] of Object.entries(chosen)) for (const value of values) asked.append(name, value);
    if (year) asked.append("year", year);
    if (sort !== "list") asked.append("sort", sort);
    if (seen !== "list") asked.append("view", seen);
    for (const key of work) asked.append("work", key);
    return String(asked);
  }

  function remember() {
    const asked = toAddress();
    history.replaceState(null, "", asked ? `#${asked}` : location.pathname + location.search);
  }

  function recall({ isFirst = false } = {}) {
    const asked = new URLSearchParams(location.hash.slice(1));
    const known = ["q", "year", "sort", "view", "work", ...FACETS.map(({ name }) => name)];
    if (location.hash && !known.some((name) => asked.has(name))) return false;
    state.q = asked.get("q") || "";
    const among = (values, value) => (values.includes(value) ? value : "list");
    state.sort = among([...form.elements.sort.options].map(({ value }) => value), asked.get("sort"));
    state.view = among([...document.querySelectorAll("[data-view]")].map((button) => button.dataset.view), asked.get("view"));
    for (const facet of FACETS) facet.chosen = new Set(asked.getAll(facet.name).map((value) => facet.ids.get(value)).filter((id) => id !== undefined));
    const span = /^(\d{0,4})(-?)(\d{0,4})$/.exec(asked.get("year") || "") || ["", "", "", ""];
    range.from = Number(span[1]) || null;
    range.to = span[2] ? Number(span[3]) || null : range.from;
    open.clear();
    for (const key of asked.getAll("work")) if (byKey.has(key)) open.add(key);
    form.elements.q.value = state.q;
    form.elements.sort.value = state.sort;
    apply();
    const [first] = open;
    if (first && state.view === "list") showWork(byKey.get(first));
    else if (location.hash && !isFirst) byId("works").scrollIntoView();
    return true;
  }

  // --- filtering

  function apply() {
    const words = toWords(state.q);
    if (words.length) readAbstracts();
    const tests = usable.filter((facet) => facet.chosen.size);
    const hasRange = range.from !== null || range.to !== null;
    for (const facet of usable) facet.counts = new Uint32Array(facet.values.length);
    yearCounts = new Map();
    shown = [];
    const add = (facet, row) => { for (const id of facet.byRow[row.place]) facet.counts[id] += 1; };
    const addYear = (row) => { if (row.y) yearCounts.set(row.y, (yearCounts.get(row.y) || 0) + 1); };
    for (const row of rows) {
      if (!words.every((word) => row.words.includes(word) || row.abstract?.includes(word))) continue;
      let failed = null;
      let fails = 0;
      if (hasRange && !(row.y >= (range.from ?? -Infinity) && row.y <= (range.to ?? Infinity))) { failed = range; fails = 1; }
      for (const facet of tests) {
        if (facet.byRow[row.place].some((id) => facet.chosen.has(id))) continue;
        failed = facet;
        fails += 1;
        if (fails > 1) break;
      }
      if (fails === 0) {
        shown.push(row);
        for (const facet of usable) add(facet, row);
        addYear(row);
      } else if (fails === 1) failed === range ? addYear(row) : add(failed, row);
    }
    if (SORTS[state.sort].compare) shown.sort((a, b) => SORTS[state.sort].compare(a, b) || a.place - b.place);
    showFacets();
    showChips();
    showView();
    tell();
  }

  const known = (a, b) => (a === undefined) - (b === undefined);
  const byText = (of) => (a, b) => known(of(a), of(b)) || (of(a) === undefined ? 0 : COLLATOR.compare(of(a), of(b)));
  const falling = (of) => (a, b) => known(of(a), of(b)) || (of(a) === undefined ? 0 : of(b) - of(a));
  const moment = (row) => row.day ?? (row.y ? Date.UTC(row.y, 6) : undefined);
  const year = (row) => (row.y ? String(row.y) : "Year unknown");
  const family = (row) => row.names[0]?.split(" ").at(-1);
  const SORTS = {
    list: { group: (row) => {
      const [title, path] = [lists.length > 1 && row.g ? titles[row.g[0]] : "", row.paths[0] || ""];
      return [path.startsWith(title) ? "" : title, path].filter(Boolean).join(": ");
    } },
    newest: { compare: (a, b) => falling((row) => row.y)(a, b) || falling(moment)(a, b), group: year },
    oldest: { compare: (a, b) => known(a.y, b.y) || (a.y ?? 0) - (b.y ?? 0) || (moment(a) ?? 0) - (moment(b) ?? 0), group: year },
    cited: { compare: falling((row) => row.c) },
    inside: { compare: (a, b) => b.citedBy.length - a.citedBy.length },
    title: { compare: byText((row) => row.t) },
    author: { compare: byText(family) },
    venue: { compare: byText((row) => row.v), group: (row) => row.v || "Venue unknown" },
  };

  let reading;
  function readAbstracts() {
    reading ||= (async () => {
      const all = await unpack("abstracts");
      for (let start = 0; start < rows.length; start += 500) {
        for (const row of rows.slice(start, start + 500)) row.abstract = fold(all[row.place]);
        await new Promise((done) => setTimeout(done));
      }
      if (state.q) apply();
    })();
  }

  function tell() {
    const all = counted(rows.length, "work");
    const some = shown.length === rows.length ? all : `${count(shown.length)} of ${all}`;
    say(picked.size ? `${count(picked.size)} selected · ${some}` : some);
    byId("all").checked = shown.length > 0 && shown.every((row) => picked.has(row.place));
    byId("all").indeterminate = picked.size > 0 && !byId("all").checked;
  }

  // --- the boxes of filters

  const boxes = document.querySelector("#facets .boxes");
  for (const facet of [usable[0], { name: "year" }, ...usable.slice(1)].filter(Boolean)) {
    if (facet.name === "year") {
      if (years.length > 1) boxes.append(yearBox());
      continue;
    }
    const box = make("details", "box");
    box.open = Boolean(facet.isOpen);
    facet.box = box;
    facet.list = make("div", "choices");
    facet.list.setAttribute("role", "group");
    facet.list.setAttribute("aria-label", facet.title);
    box.append(make("summary", "", facet.title));
    if (facet.values.length > 2 * MOST_CHOICES) {
      facet.find = make("input", "find");
      facet.find.type = "search";
      facet.find.placeholder = `Find in ${count(facet.values.length)}`;
      facet.find.setAttribute("aria-label", `Find a value of ${facet.title}`);
      facet.find.addEventListener("input", (event) => { event.stopPropagation(); showFacet(facet); });
      box.append(facet.find);
    }
    facet.more = make("button", "more");
    facet.more.type = "button";
    facet.more.hidden = true;
    facet.more.addEventListener("click", () => { facet.isWhole = !facet.isWhole; showFacet(facet); });
    box.append(facet.list, facet.more);
    box.addEventListener("toggle", () => showFacet(facet));
    boxes.append(box);
  }

  function choiceNode(facet, id) {
    if (facet.nodes.has(id)) return facet.nodes.get(id);
    const value = facet.values[id];
    const field = make("input");
    field.type = "checkbox";
    field.dataset.facet = facet.name;
    field.dataset.id = id;
    const parts = facet.isTree ? value.split(" / ") : [called(facet, value)];
    const node = make("label", "choice", field, make("span", "name", parts.at(-1)), make("span", "n"));
    node.title = value;
    node.style.paddingInlineStart = `${parts.length - 1}rem`;
    facet.nodes.set(id, node);
    return node;
  }

  function showFacet(facet) {
    const { counts, chosen, order, values } = facet;
    facet.box.hidden = !chosen.size && !counts.some(Boolean);
    if (!facet.box.open || facet.box.hidden) return;
    const asked = facet.find ? fold(facet.find.value.trim()) : "";
    let listed = order.filter((id) => counts[id] || chosen.has(id));
    if (!facet.isTree && values.length > MOST_CHOICES) listed.sort((a, b) => counts[b] - counts[a]);
    if (asked) listed = listed.filter((id) => fold(called(facet, values[id])).includes(asked)).slice(0, 200);
    const n = listed.length;
    if (!asked && !facet.isWhole && n > MOST_CHOICES + 2) {
      const top = facet.isTree ? listed.filter((id) => !values[id].includes(" / ")) : listed;
      const first = new Set((top.length ? top : listed).slice(0, MOST_CHOICES));
      listed = listed.filter((id) => first.has(id) || chosen.has(id));
    } else if (!asked) listed = listed.slice(0, 1000);
    const active = document.activeElement;
    facet.list.replaceChildren(
      ...listed.map((id) => {
        const node = choiceNode(facet, id);
        node.firstChild.checked = chosen.has(id);
        node.lastChild.textContent = count(counts[id]);
        return node;
      }),
    );
    if (facet.list.contains(active)) active.focus({ preventScroll: true });
    facet.more.hidden = Boolean(asked) || (listed.length === n && !facet.isWhole);
    facet.more.textContent = facet.isWhole ? "Show fewer" : `Show all ${count(n)}`;
    facet.more.setAttribute("aria-label", `${facet.more.textContent}: ${facet.title}`);
  }

  function showFacets() {
    for (const facet of usable) showFacet(facet);
    showYears();
  }

  function yearBox() {
    const box = make("details", "box years");
    box.open = true;
    const bars = draw("svg", { class: "bars", "aria-hidden": "true", preserveAspectRatio: "none" });
    const [from, to] = ["from", "to"].map((end) => {
      const field = make("select");
      field.dataset.end = end;
      field.append(make("option", "", end === "from" ? "first" : "last"));
      field.firstChild.value = "";
      for (const value of years) field.append(new Option(value, value));
      return make("label", "", make("span", "", end === "from" ? "From" : "to"), field);
    });
    box.append(make("summary", "", "Year"), bars, make("div", "ends", from, to));
    const span = years.at(-1) - years[0] + 1;
    const yearAt = (event) => {
      const { left, width } = bars.getBoundingClientRect();
      return years[0] + Math.min(span - 1, Math.max(0, Math.floor(((event.clientX - left) / width) * span)));
    };
    let start = null;
    bars.addEventListener("pointerdown", (event) => { start = yearAt(event); });
    addEventListener("pointerup", (event) => {
      if (start === null) return;
      const end = yearAt(event);
      const again = start === end && range.from === end && range.to === end;
      [range.from, range.to] = again ? [null, null] : [Math.min(start, end), Math.max(start, end)];
      start = null;
      changed();
    });
    return box;
  }

  function showYears() {
    const box = boxes.querySelector(".years");
    if (!box) return;
    const span = years.at(-1) - years[0] + 1;
    const most = Math.max(1, ...yearCounts.values());
    const bars = box.querySelector("svg");
    bars.setAttribute("viewBox", `0 0 ${span * 10} 48`);
    bars.replaceChildren(
      ...Array.from({ length: span }, (_, place) => {
        const value = years[0] + place;
        const n = yearCounts.get(value) || 0;
        const height = n ? Math.max(2, (n / most) * 46) : 0;
        const isIn = value >= (range.from ?? -Infinity) && value <= (range.to ?? Infinity);
        const bar = draw("rect", { x: place * 10 + 0.8, y: 48 - height, width: 8.4, height, class: isIn ? "in" : "out" });
        const whole = draw("rect", { x: place * 10, y: 0, width: 10, height: 48, fill: "transparent" }, draw("title", {}, `${value}: ${counted(n, "work")}`));
        return draw("g", {}, bar, whole);
      }),
    );
    for (const field of box.querySelectorAll("select")) {
      field.value = range[field.dataset.end] ?? "";
      for (const option of field.options) if (option.value) option.textContent = `${option.value} (${count(yearCounts.get(Number(option.value)) || 0)})`;
    }
  }

  function showChips() {
    const chip = (text, undo) => {
      const button = make("button", "chip", text, make("span", "", "×"));
      button.type = "button";
      button.lastChild.setAttribute("aria-hidden", "true");
      button.setAttribute("aria-label", `Remove the filter ${text}`);
      button.addEventListener("click", () => { undo(); changed(); form.elements.q.focus(); });
      return button;
    };
    const chosen = FACETS.flatMap((facet) =>
      [...facet.chosen].map((id) => chip(`${facet.title}: ${called(facet, facet.values[id])}`, () => facet.chosen.delete(id))),
    );
    if (toYears()) chosen.push(chip(`Year: ${toYears().replace("-", "–")}`, () => { range.from = range.to = null; }));
    if (state.q) chosen.push(chip(`“${state.q}”`, () => { state.q = form.elements.q.value = ""; }));
    if (chosen.length) {
      const clear = act("Clear all", "clear");
      chosen.push(clear);
    }
    byId("chips").replaceChildren(...chosen);
    const summary = document.querySelector("#facets > summary");
    summary.textContent = chosen.length ? `Filters (${chosen.length - 1})` : "Filters";
  }

  function clear() {
    for (const facet of FACETS) facet.chosen.clear();
    range.from = range.to = null;
    state.q = form.elements.q.value = "";
  }

  function changed() {
    apply();
    remember();
  }

  // --- the list: chunks of rows that stand in the page only while they are near the window

  /** The group of a row and how many each has; none where the order would break the groups apart. */
  function toGroups(some) {
    const { group } = SORTS[state.sort];
    const sizes = new Map();
    let runs = 0;
    let last = null;
    for (const row of group ? some : []) {
      const name = group(row);
      sizes.set(name, (sizes.get(name) || 0) + 1);
      if (name !== last) runs += 1;
      last = name;
    }
    return sizes.size > 1 && runs <= 1.5 * sizes.size ? { of: group, sizes } : { of: () => null, sizes: new Map() };
  }

  let rowHeight = 118;
  const near = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const chunk = chunks[target.dataset.chunk];
        if (!chunk || chunk.element !== target) continue;
        if (isIntersecting) fill(chunk);
        else empty(chunk);
      }
    },
    { rootMargin: "1500px 0px" },
  );

  function showList() {
    near.disconnect();
    const { of, sizes } = toGroups(shown);
    chunks = [];
    let last = null;
    let head = null;
    let chunk = null;
    shown.forEach((row, place) => {
      const name = of(row);
      if (!chunk || chunk.rows.length === CHUNK) {
        chunk = { rows: [], heads: new Map(), start: place, level: sizes.size ? 4 : 3 };
        chunks.push(chunk);
      }
      if (name !== last) chunk.heads.set(row, (head = { name: name || "Without a section", n: 0 }));
      if (head) head.n += 1;
      chunk.rows.push(row);
      last = name;
    });
    const part = document.createDocumentFragment();
    chunks.forEach((one, number) => {
      one.element = make("div", "chunk");
      one.element.dataset.chunk = number;
      one.element.style.height = `${one.rows.length * rowHeight + one.heads.size * HEAD_HEIGHT}px`;
      part.append(one.element);
    });
    if (!shown.length) part.append(make("p", "none", "No work matches. ", act("Clear all filters", "clear")));
    results.replaceChildren(part);
    if (chunks.length) fill(chunks[0]);
    for (const one of chunks) near.observe(one.element);
  }

  function fill(chunk) {
    if (chunk.isFilled) return;
    chunk.isFilled = true;
    const part = document.createDocumentFragment();
    chunk.rows.forEach((row, place) => {
      const head = chunk.heads.get(row);
      if (head) part.append(make("h3", "group", head.name, make("span", "n", count(head.n))));
      part.append(toRow(row, chunk.level, chunk.start + place + 1));
    });
    chunk.element.replaceChildren(part);
    chunk.element.style.height = "";
  }

  function empty(chunk) {
    if (!chunk.isFilled || chunk.element.contains(document.activeElement) || chunk.element.querySelector(".detail, .abstract")) return;
    const { height } = chunk.element.getBoundingClientRect();
    if (!height) return;
    rowHeight = Math.round((height - chunk.heads.size * HEAD_HEIGHT) / chunk.rows.length);
    chunk.isFilled = false;
    chunk.element.style.height = `${height}px`;
    chunk.element.replaceChildren();
  }

  function rowElement(row) {
    const chunk = chunks.find((one) => one.rows.includes(row));
    if (!chunk) return null;
    fill(chunk);
    return chunk.element.querySelector(`[data-place="${row.place}"]`);
  }

  function toRow(row, level, position) {
    const element = byId("row").content.firstElementChild.cloneNode(true);
    const find = (selector) => element.querySelector(selector);
    element.dataset.place = row.place;
    const title = make(`h${level}`, "title", row.links.length ? link(row.links[0][1], row.t) : row.t);
    title.dir = "auto";
    title.id = `title-${row.place}`;
    element.setAttribute("aria-labelledby", title.id);
    if (position) {
      element.setAttribute("aria-posinset", position);
      element.setAttribute("aria-setsize", shown.length);
    }
    find(".what").prepend(title);
    find(".pick span").textContent = `Select ${row.t}`;
    find(".pick input").checked = picked.has(row.place);
    const first = row.names.slice(0, MOST_AUTHORS).join(", ");
    const rest = row.names.length - MOST_AUTHORS;
    find(".authors").textContent = first + (rest > 0 ? ` and ${count(rest)} more` : row.j ? " et al." : "");
    if (rest > 0) find(".authors").title = row.names.slice(0, 200).join("; ");
    find(".authors").dir = "auto";
    const venue = find(".venue");
    venue.textContent = row.v || (row.p === "preprint" ? "preprint" : spoken(row.p));
    if (!row.v) venue.classList.add("unknown");
    if (row.f && row.f !== row.v) venue.title = row.f;
    const tag = (kind, text) => find(".tags").append(make("span", `tag ${kind}`, text));
    if (row.q) tag("bad", spoken(row.q));
    if (row.n) tag("new", "new");
    if (row.w !== "ok") tag("gap", spoken(row.w));
    for (const name of row.tags) tag("", name);
    find(".year").textContent = row.y || "";
    if (row.c === undefined) find(".count").append(make("span", "unknown", "–"));
    else find(".count").append(count(row.c), make("small", "", row.c === 1 ? " citation" : " citations"));
    const links = find(".links");
    row.links.slice(1).forEach(([label, url]) => links.append(link(url, label)));
    const buttons = [];
    if (row.e) buttons.push(act("Abstract", "abstract", row.t));
    buttons.push(act("Details", "details", row.t), act("Copy BibTeX", "bib", row.t));
    links.append(...buttons);
    for (const button of buttons) if (["abstract", "details"].includes(button.dataset.act)) button.setAttribute("aria-expanded", "false");
    if (open.has(row.k)) openDetails(element, row);
    return element;
  }

  function table(className, names, lines) {
    const element = make("table", className);
    const head = element.createTHead().insertRow();
    for (const name of names) {
      const cell = make("th", "", name);
      cell.scope = "col";
      head.append(cell);
    }
    const inside = element.createTBody();
    for (const { className: kind, cells } of lines) {
      const tr = inside.insertRow();
      if (kind) tr.className = kind;
      tr.append(...cells);
    }
    return element;
  }

  const cell = (name, className, ...content) => make(name, className, ...content);
  const heading = (...content) => Object.assign(cell("th", "", ...content), { scope: "row" });
  const scrolling = (name, ...content) => {
    const element = make("div", "scroll", ...content);
    element.tabIndex = 0;
    element.setAttribute("role", "region");
    element.setAttribute("aria-label", name);
    return element;
  };

  const block = (level, title, ...content) => make("div", "block", make(`h${level}`, "", title), ...content);

  function claimLines(claims, texts) {
    return claims.flatMap(([field, values]) =>
      values.map(([value, isSelected, reason, said], number) => {
        const name = heading(number ? make("span", "hidden", field.replaceAll("_", " ")) : field.replaceAll("_", " "));
        const clip = make("div", value.length > 400 ? "clip" : "", value);
        if (value.length > 400) clip.tabIndex = 0;
        const shownValue = cell("td", "value", clip);
        shownValue.dir = "auto";
        const from = cell("td", "from");
        said.forEach(([source, day, method, url], place) => {
          if (place) from.append(", ");
          const name = texts[source].replaceAll("_", " ");
          const one = isWeb(texts[url]) ? link(texts[url], name) : make("span", "", name);
          one.title = [`received ${texts[day]}`, `found by ${texts[method]}`, isWeb(texts[url]) ? "" : texts[url]].filter(Boolean).join("; ");
          from.append(one);
        });
        const days = said.map(([, day]) => texts[day]).sort();
        const why = [isSelected ? "selected" : "passed over", texts[reason]].filter(Boolean).join(": ");
        return { className: isSelected ? "" : "passed", cells: [name, shownValue, from, cell("td", "day", days.at(-1)), cell("td", "why", why)] };
      }),
    );
  }

  const workLink = (row) => {
    const element = make("a", "", row.t);
    element.href = `#work=${encodeURIComponent(row.k)}`;
    return element;
  };

  function neighbours(level, title, places) {
    const sorted = places.map((place) => rows[place]).sort((a, b) => b.citedBy.length - a.citedBy.length);
    const items = (some) => some.map((row) => make("li", "", workLink(row), row.y ? `, ${row.y}` : ""));
    const inside = make("ul", "plainlist", ...items(sorted.slice(0, 8)));
    if (sorted.length <= 8) return block(level, title, inside);
    return block(level, title, inside, make("details", "", make("summary", "", `${count(sorted.length - 8)} more`), make("ul", "plainlist", ...items(sorted.slice(8, 500)))));
  }

  async function openDetails(element, row) {
    const button = element.querySelector('[data-act="details"]');
    button.setAttribute("aria-expanded", "true");
    const [{ texts, details }, abstracts] = await Promise.all([unpack("details"), unpack("abstracts")]);
    if (element.querySelector(".detail") || button.getAttribute("aria-expanded") === "false") return;
    const known = details[row.place];
    const level = Number(element.querySelector(".title").tagName.slice(1)) + 1;
    const inside = make("div", "detail");
    inside.id = `details-${row.place}`;
    button.setAttribute("aria-controls", inside.id);
    if (abstracts[row.place]) inside.append(block(level, "Abstract", Object.assign(make("p", "", abstracts[row.place]), { dir: "auto" })));
    if (row.names.length) inside.append(block(level, "Authors", make("p", "", ...row.names.flatMap((name, place) => [place ? ", " : "", facetLink("author", name)]), row.j ? " et al." : "")));
    if (known.claims.length) inside.append(block(level, "Values and who says so", scrolling("Values", table("claims", ["Field", "Value", "Said by", "Received", "Why"], claimLines(known.claims, texts)))));
    if (known.versions.length) {
      const lines = known.versions.map(([kind, stage, date, venue, ids, from]) => ({
        cells: [kind, stage, date, venue, ids.join(" "), from].map((text) => cell("td", "", text)),
      }));
      inside.append(block(level, "Versions", scrolling("Versions", table("versions", ["Version", "Stage", "Date", "Venue", "Identifiers", "Sources"], lines))));
    }
    if (row.cites.length) inside.append(neighbours(level, `Cites ${counted(row.cites.length, "work")} of this page`, row.cites));
    if (row.citedBy.length) inside.append(neighbours(level, `Cited by ${counted(row.citedBy.length, "work")} of this page`, row.citedBy));
    const places = known.entries.map(([place, url, path]) => make("li", "", url ? link(url, place) : make("code", "", place), path ? ` ${path}` : ""));
    inside.append(block(level, "In the list", make("ul", "plainlist", ...places)));
    const verdict = known.verdict ? ` · identity ${known.verdict[0]} (${known.verdict[1].replaceAll("_", " ")})` : "";
    inside.append(block(level, "Identifiers", make("p", "", known.identifiers.join(" · ") + verdict)));
    const entry = make("pre", "", "…");
    entry.tabIndex = 0;
    inside.append(block(level, "BibTeX", make("p", "links", make("code", "", row.k), act("Copy key", "key", row.t)), entry));
    element.append(inside);
    entry.textContent = (await unpack("downloads")).bib.works[row.place].trim();
  }

  async function toggleAbstract(element, row, button) {
    const known = element.querySelector(".abstract");
    button.setAttribute("aria-expanded", String(!known));
    if (known) return known.remove();
    const text = (await unpack("abstracts"))[row.place];
    if (element.querySelector(".abstract")) return;
    const abstract = make("p", "abstract", text);
    abstract.dir = "auto";
    abstract.id = `abstract-${row.place}`;
    button.setAttribute("aria-controls", abstract.id);
    element.querySelector(".what > .links").after(abstract);
  }

  async function toggle(element, row) {
    const button = element.querySelector('[data-act="details"]');
    if (button.getAttribute("aria-expanded") === "true") {
      button.setAttribute("aria-expanded", "false");
      element.querySelector(".detail")?.remove();
      open.delete(row.k);
    } else {
      open.add(row.k);
      await openDetails(element, row);
    }
    remember();
  }

  function showWork(row) {
    const element = rowElement(row);
    if (!element) return;
    element.scrollIntoView({ block: "start", behavior: "instant" });
    element.querySelector('[data-act="details"]').focus({ preventScroll: true });
  }

  // --- what leaves the page: copies, downloads, the printed bibliography

  /** The works that are selected, else all that are shown. */
  function chosenRows() {
    const { compare } = SORTS[state.sort];
    const some = picked.size ? rows.filter((row) => picked.has(row.place)) : shown;
    return compare && picked.size ? some.sort((a, b) => compare(a, b) || a.place - b.place) : some;
  }

  async function textOf(format, some) {
    const { head, tail, works } = (await unpack("downloads"))[format];
    return head + some.map((row) => works[row.place]).join("") + tail;
  }

  function toReference(row) {
    const names = row.names.length > 20 ? [...row.names.slice(0, 19), "…", row.names.at(-1)] : row.names;
    const people = names.length > 1 && !row.j ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names.join(", ") + (row.j ? " et al." : "");
    const doi = (row.x || "").split(" ").find((value) => value.startsWith("10."));
    const address = doi ? `https://doi.org/${doi}` : row.links[0]?.[1];
    const where = [row.f || row.v, row.o].filter(Boolean).join(" ");
    return [[people, row.y ? `(${row.y})` : ""].filter(Boolean).join(" "), row.t.replace(/[.?!]$/, ""), where, address].filter(Boolean).join(". ");
  }

  async function copy(text, what) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = make("textarea", "hidden");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    say(`Copied ${what}`);
  }

  async function copyAll(what) {
    const some = chosenRows();
    if (what === "address") return copy(location.href, "the link to this view");
    if (what === "keys") return copy(some.map((row) => row.k).join(", "), counted(some.length, "key"));
    if (what === "references") return copy(some.map(toReference).join("\n"), counted(some.length, "reference"));
    return copy((await textOf("bib", some)).trim() + "\n", `the BibTeX of ${counted(some.length, "work")}`);
  }

  async function download(format) {
    const some = chosenRows();
    const types = { bib: "application/x-bibtex", ris: "application/x-research-info-systems", csv: "text/csv" };
    const target = make("a", "hidden");
    target.href = URL.createObjectURL(new Blob([await textOf(format, some)], { type: `${types[format]};charset=utf-8` }));
    target.download = `works.${format}`;
    document.body.append(target);
    target.click();
    target.remove();
    setTimeout(() => URL.revokeObjectURL(target.href), 60_000);
    say(`Downloaded ${counted(some.length, "work")} as works.${format}`);
  }

  function toPaper() {
    const paper = byId("paper");
    paper.replaceChildren();
    const filters = [...document.querySelectorAll("#chips .chip")].map((chip) => chip.firstChild.textContent);
    const some = chosenRows();
    paper.append(make("p", "", [counted(some.length, "work"), ...filters].join(" · ")));
    const { of } = toGroups(some);
    let last;
    let items = null;
    some.forEach((row, place) => {
      const name = of(row);
      if (name !== last) {
        if (name) paper.append(make("h2", "", name));
        items = make("ol");
        items.start = place + 1;
        paper.append(items);
        last = name;
      }
      items.append(make("li", "", toReference(row)));
    });
  }

  // --- other views of the same works

  function showView() {
    for (const button of document.querySelectorAll("[data-view]")) button.setAttribute("aria-pressed", String(button.dataset.view === state.view));
    results.hidden = state.view !== "list";
    view.hidden = state.view === "list";
    showProfile();
    if (state.view === "list") {
      view.replaceChildren();
      return showList();
    }
    near.disconnect();
    results.replaceChildren();
    chunks = [];
    ({ timeline: showTimeline, map: showMap, authors: () => showTally("author", "Author"), venues: () => showTally("venue", "Venue") })[state.view]();
  }

  function tally(facet, some) {
    const found = new Map();
    for (const row of some) {
      for (const id of facet.byRow[row.place]) {
        const one = found.get(id) || { id, name: facet.values[id], n: 0, citations: 0, isCounted: false, first: Infinity, last: -Infinity };
        one.n += 1;
        if (row.c !== undefined) { one.citations += row.c; one.isCounted = true; }
        if (row.y) { one.first = Math.min(one.first, row.y); one.last = Math.max(one.last, row.y); }
        found.set(id, one);
      }
    }
    return [...found.values()].sort((a, b) => b.n - a.n || b.citations - a.citations || COLLATOR.compare(a.name, b.name));
  }

  const facetLink = (name, value) => {
    const element = make("a", "", value);
    element.href = `#${toAddress({ [name]: [value], view: "list", work: [] })}`;
    return element;
  };

  function showTally(name, title) {
    const facet = FACETS.find((one) => one.name === name);
    const all = tally(facet, shown);
    const most = all[0]?.n || 1;
    const line = (one) => {
      const bar = draw("svg", { class: "share", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" }, draw("rect", { width: (one.n / most) * 100, height: 8 }));
      const span = one.first > one.last ? "" : one.first === one.last ? one.first : `${one.first}–${one.last}`;
      return { cells: [heading(facetLink(name, one.name)), cell("td", "number", count(one.n)), cell("td", "barcell", bar), cell("td", "number", one.isCounted ? count(one.citations) : "–"), cell("td", "number", span)] };
    };
    const element = (n) => table("plain tally", [title, "Works", "", "Citations", "Years"], all.slice(0, n).map(line));
    const show = (n) => {
      const listed = element(n);
      listed.tHead.rows[0].cells[2].append(make("span", "hidden", "Share"));
      const parts = [make("p", "hint", `${counted(all.length, title.toLowerCase())} of the works that are shown, by name as written. Choose one to see its works.`), make("div", "frame", listed)];
      if (all.length > n) {
        const more = make("button", "more", `Show all ${count(all.length)}`);
        more.type = "button";
        more.addEventListener("click", () => show(Infinity));
        parts.push(more);
      }
      view.replaceChildren(...parts);
    };
    show(MOST_LINES);
  }

  /** Who one author writes with and where; where one venue's authors come from. */
  function showProfile() {
    const profile = byId("profile");
    const [author, venue] = ["author", "venue"].map((name) => FACETS.find((one) => one.name === name));
    const of = [author, venue].find((facet) => facet.chosen.size === 1);
    profile.hidden = !of || !shown.length;
    if (profile.hidden) return;
    const [id] = of.chosen;
    const part = (label, facet) => {
      const top = tally(facet, shown).filter((one) => facet !== of || one.id !== id).slice(0, 6);
      if (!top.length) return [];
      return [make("span", "part", make("strong", "", label), ...top.flatMap((one) => [" ", facetLink(facet.name, one.name), ` ${count(one.n)}`]))];
    };
    const cited = shown.reduce((sum, row) => sum + (row.c || 0), 0);
    const seen = shown.map((row) => row.y).filter(Boolean);
    const facts = [counted(shown.length, "work"), cited ? counted(cited, "citation") : "", seen.length ? [...new Set([Math.min(...seen), Math.max(...seen)])].join("–") : ""].filter(Boolean).join(" · ");
    profile.replaceChildren(make("span", "part", make("strong", "", of.values[id]), ` ${facts}`), ...part(of === author ? "With" : "Authors", author), ...(of === author ? part("At", venue) : []));
  }

  const kindClass = (row) => (PUBLISHED.includes(row.p) ? "published" : row.p === "preprint" ? "preprint" : row.p === "unknown" ? "untold" : "other");
  const LEGEND = { published: "published", preprint: "preprint", other: "software and other", untold: "unknown" };

  function legend(some) {
    const kinds = new Set(some.map(kindClass));
    return make("p", "legend", ...Object.entries(LEGEND).filter(([kind]) => kinds.has(kind)).map(([kind, name]) => make("span", "", make("i", kind), name)));
  }

  /** A day for every work with a year: works of which only the year is known are spread over it, in their order. */
  function toDays(some) {
    const vague = new Map();
    for (const row of some) if (row.day === undefined) vague.set(row.y, [...(vague.get(row.y) || []), row]);
    const days = new Map(some.map((row) => [row, row.day]));
    for (const [value, listed] of vague) listed.forEach((row, place) => days.set(row, Date.UTC(value, 0, 1) + ((place + 0.5) / listed.length) * 31_536_000_000));
    return days;
  }

  function timeAxis(some, width) {
    const days = toDays(some);
    const first = Math.min(...some.map((row) => row.y));
    const last = Math.max(...some.map((row) => row.y)) + 1;
    const [start, end] = [Date.UTC(first, 0, 1), Date.UTC(last, 0, 1)];
    const x = (day) => 18 + ((day - start) / (end - start)) * (width - 36);
    const step = [1, 2, 5, 10, 20, 50, 100].find((size) => ((last - first) / size) * 44 < width - 36) || 100;
    const ticks = (height) => {
      const marks = [];
      for (let value = Math.ceil(first / step) * step; value <= last; value += step) {
        const at = x(Date.UTC(value, 0, 1));
        marks.push(draw("line", { x1: at, x2: at, y1: 18, y2: height, class: "grid" }), draw("text", { x: at, y: 11, "text-anchor": "middle" }, String(value)));
      }
      return marks;
    };
    return { at: (row) => x(days.get(row)), ticks };
  }

  function dot(row, x, y, radius) {
    const element = draw("a", { href: `${location.pathname}#work=${encodeURIComponent(row.k)}`, tabindex: "-1", class: `dot ${kindClass(row)}`, "aria-label": `${row.t}${row.y ? `, ${row.y}` : ""}` });
    element.append(draw("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: radius.toFixed(1) }), draw("title", {}, `${row.t}${row.y ? ` (${row.y})` : ""}`));
    element.dataset.place = row.place;
    return element;
  }

  /** One stop of the tab key for all dots: the arrow keys go from one to the next in time. */
  function roam(svg, dots, onFocus) {
    const order = [...dots].sort((a, b) => a.x - b.x || a.y - b.y);
    order.forEach((one, place) => { one.element.dataset.order = place; });
    order[0]?.element.setAttribute("tabindex", "0");
    let current = order[0]?.element;
    const see = (element) => {
      const target = element?.closest?.("a.dot");
      if (target) onFocus(rows[target.dataset.place], target);
    };
    svg.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step || !current) return;
      event.preventDefault();
      const next = order[Math.min(order.length - 1, Math.max(0, Number(current.dataset.order) + step))].element;
      current.setAttribute("tabindex", "-1");
      current = next;
      next.setAttribute("tabindex", "0");
      next.focus();
    });
    svg.addEventListener("focusin", (event) => see(event.target));
    svg.addEventListener("pointerover", (event) => see(event.target));
    svg.addEventListener("click", (event) => {
      const target = event.target.closest("a.dot");
      if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      see(target);
      panel.querySelector("a, button")?.focus({ preventScroll: true });
      panel.scrollIntoView({ block: "nearest" });
    });
  }

  const panel = make("div", "panel");
  panel.setAttribute("aria-live", "polite");
  let panelTimer = 0;
  function showPanel(row, ...more) {
    clearTimeout(panelTimer);
    panelTimer = setTimeout(() => {
      const element = toRow(row, 3);
      element.querySelector(".pick").remove();
      const inList = make("a", "", "Show in the list");
      inList.href = `#${toAddress({ view: "list", work: [row.k] })}`;
      element.querySelector(".what > .links").prepend(inList);
      panel.replaceChildren(element, ...more);
    }, 60);
  }

  function picture(width, height, label, ...content) {
    const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "group", "aria-label": label }, ...content);
    return [svg, scrolling(label, svg)];
  }

  const HINT = "Choose a dot to see the work; the arrow keys go from dot to dot.";

  function showTimeline() {
    const dated = shown.filter((row) => row.y);
    const some = dated.length > MOST_DOTS ? [...dated].sort((a, b) => (b.c || 0) - (a.c || 0)).slice(0, MOST_DOTS) : [...dated];
    if (!some.length) return view.replaceChildren(make("p", "none", "No work that is shown has a year."));
    some.sort((a, b) => a.place - b.place);
    const width = Math.max(560, view.clientWidth - 12);
    const axis = timeAxis(some, width);
    const radius = some.length > 1200 ? 2.2 : some.length > 300 ? 3 : 4.5;
    const step = 2 * radius + 1;
    const laneAt = (depth) => (row) => (row.paths[0] || "Without a section").split(" / ").slice(0, depth).join(" / ");
    const laneOf = [3, 2, 1].map(laneAt).find((of) => new Set(some.map(of)).size <= MOST_LANES) || laneAt(1);
    const sizes = new Map();
    for (const row of some) sizes.set(laneOf(row), (sizes.get(laneOf(row)) || 0) + 1);
    const kept = new Set([...sizes].sort((a, b) => b[1] - a[1]).slice(0, MOST_LANES).map(([name]) => name));
    const lanes = new Map();
    for (const row of some) {
      const name = kept.has(laneOf(row)) ? laneOf(row) : "Other sections";
      lanes.set(name, [...(lanes.get(name) || []), row]);
    }
    const dots = [];
    const marks = [];
    let top = 26;
    for (const [name, listed] of lanes) {
      const columns = new Map();
      for (const row of listed) {
        const column = Math.round(axis.at(row) / step);
        columns.set(column, [...(columns.get(column) || []), row]);
      }
      const tallest = Math.max(...[...columns.values()].map((column) => column.length));
      const height = Math.min(170, Math.max(44, tallest * step + 30));
      const gap = Math.min(step, (height - 30) / tallest);
      for (const column of columns.values()) {
        column.forEach((row, place) => {
          const [x, y] = [axis.at(row), top + height - 8 - radius - place * gap];
          dots.push({ x, y, element: dot(row, x, y, radius) });
        });
      }
      marks.push(draw("line", { x1: 0, x2: width, y1: top + height, y2: top + height, class: "grid" }));
      const label = draw("text", { x: 4, y: top + 16, class: "lane" }, name, draw("tspan", { class: "lanecount" }, ` ${count(listed.length)}`));
      marks.push(label);
      top += height;
    }
    const label = `Timeline: ${counted(some.length, "work")} by their first public date`;
    const [svg, frame] = picture(width, top + 4, label, ...axis.ticks(top), ...marks, ...dots.map(({ element }) => element));
    roam(svg, dots, (row) => showPanel(row));
    const undated = shown.length - dated.length;
    const note = [`${label}, a lane for each section.`, undated ? `${counted(undated, "work")} without a year.` : "", dated.length > some.length ? `Drawn are the ${count(MOST_DOTS)} most cited of ${count(dated.length)}.` : "", HINT].filter(Boolean).join(" ");
    panel.replaceChildren();
    view.replaceChildren(make("p", "hint", note), legend(some), frame, panel);
    const names = svg.querySelectorAll(".lane");
    frame.addEventListener("scroll", () => { for (const name of names) name.setAttribute("x", frame.scrollLeft + 4); });
    frame.scrollLeft = frame.scrollWidth;
  }

  function showMap() {
    const isShown = new Set(shown.map((row) => row.place));
    const inside = (places) => places.filter((place) => isShown.has(place));
    let nodes = shown.filter((row) => row.y && (inside(row.cites).length || inside(row.citedBy).length));
    const n = nodes.length;
    if (n > MOST_NODES) nodes = nodes.sort((a, b) => b.citedBy.length - a.citedBy.length || a.place - b.place).slice(0, MOST_NODES);
    if (!nodes.length) return view.replaceChildren(make("p", "none", "No source says that a work that is shown cites another one."));
    const here = new Set(nodes.map((row) => row.place));
    const links = nodes.flatMap((row) => row.cites.filter((place) => here.has(place)).map((place) => [row, rows[place]]));
    const width = Math.max(560, view.clientWidth - 12);
    const axis = timeAxis(nodes, width);
    const columns = new Map();
    for (const row of nodes) {
      const column = Math.floor(axis.at(row) / 34);
      columns.set(column, [...(columns.get(column) || []), row]);
    }
    const tallest = Math.max(...[...columns.values()].map((column) => column.length));
    const height = Math.min(900, Math.max(340, tallest * 24));
    const y = new Map(nodes.map((row, place) => [row, (place / nodes.length) * height]));
    for (let sweep = 0; sweep < 24; sweep += 1) {
      for (const column of columns.values()) {
        const wish = new Map(column.map((row) => {
          const others = [...row.cites, ...row.citedBy].filter((place) => here.has(place));
          return [row, others.reduce((sum, place) => sum + y.get(rows[place]), 0) / (others.length || 1)];
        }));
        column.sort((a, b) => wish.get(a) - wish.get(b) || a.place - b.place);
        const gap = height / (column.length + 1);
        const room = Math.min(gap, 46);
        const middle = column.reduce((sum, row) => sum + wish.get(row), 0) / column.length;
        const start = Math.min(Math.max(middle - ((column.length - 1) * room) / 2, gap / 2), height - (column.length - 1) * room - gap / 2);
        column.forEach((row, place) => y.set(row, start + place * room));
      }
    }
    const degree = new Map(nodes.map((row) => [row, row.citedBy.filter((place) => here.has(place)).length]));
    const most = Math.max(8, ...degree.values());
    const radius = (row) => (nodes.length > 200 ? 2.5 : 3.5) + 8 * Math.sqrt(degree.get(row) / most);
    const at = (row) => [axis.at(row), 28 + y.get(row)];
    const lines = links.map(([citing, cited]) => {
      const [[x1, y1], [x2, y2]] = [at(citing), at(cited)];
      const bend = Math.abs(x1 - x2) < 20 ? 40 : 0;
      const middle = (x1 + x2) / 2 + bend;
      const path = draw("path", { d: `M${x1.toFixed(1)} ${y1.toFixed(1)}C${middle.toFixed(1)} ${y1.toFixed(1)} ${middle.toFixed(1)} ${y2.toFixed(1)} ${x2.toFixed(1)} ${y2.toFixed(1)}`, class: "cite" });
      return { citing, cited, path };
    });
    const dots = nodes.map((row) => ({ row, x: at(row)[0], y: at(row)[1], element: dot(row, ...at(row), radius(row)) }));
    const taken = [];
    const names = [];
    for (const { row, x, y: top } of [...dots].sort((a, b) => degree.get(b.row) - degree.get(a.row)).slice(0, 60)) {
      const text = `${(row.names[0] || row.t).split(" ").at(-1)} ${row.y}`;
      const size = text.length * 6.2 + 16;
      const isEnd = x + size > width;
      const box = [isEnd ? x - size : x, top - 8, isEnd ? x : x + size, top + 8];
      if (taken.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) continue;
      taken.push(box);
      const off = radius(row) + 3;
      names.push(draw("text", { x: isEnd ? x - off : x + off, y: top + 4, "text-anchor": isEnd ? "end" : "start", class: "name" }, text));
    }
    const label = `Map: ${counted(links.length, "citation")} between ${counted(nodes.length, "work")}, by time`;
    const [svg, frame] = picture(width, height + 46, label, ...axis.ticks(height + 40), ...lines.map(({ path }) => path), ...dots.map(({ element }) => element), ...names);
    roam(svg, dots, (row) => {
      svg.classList.add("dim");
      for (const line of lines) line.path.setAttribute("class", `cite${line.citing === row ? " out" : line.cited === row ? " into" : ""}`);
      const others = new Set([row.place, ...row.cites, ...row.citedBy]);
      for (const one of dots) one.element.classList.toggle("lit", others.has(one.row.place));
      const [cites, citedBy] = [row.cites.filter((place) => here.has(place)), row.citedBy.filter((place) => here.has(place))];
      showPanel(row, ...(cites.length ? [neighbours(4, `Cites ${count(cites.length)}`, cites)] : []), ...(citedBy.length ? [neighbours(4, `Cited by ${count(citedBy.length)}`, citedBy)] : []));
    });
    const key = make("p", "legend", make("span", "", make("i", "line out"), "cites"), make("span", "", make("i", "line into"), "is cited by"));
    const note = `${label}, as the sources state them; larger: cited more often inside the list. ${n > nodes.length ? `Drawn are the ${count(MOST_NODES)} that are cited most of ${count(n)}. ` : ""}${HINT}`;
    panel.replaceChildren();
    const words = legend(nodes);
    words.append(...key.children);
    view.replaceChildren(make("p", "hint", note), words, frame, panel);
    frame.scrollLeft = frame.scrollWidth;
  }

  // --- events

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-act]");
    if (button?.dataset.act === "clear") { clear(); changed(); form.elements.q.focus(); }
    const element = event.target.closest("article.row");
    if (!button || !element) return;
    const row = rows[Number(element.dataset.place)];
    if (button.dataset.act === "key") await copy(row.k, `the key ${row.k}`);
    if (button.dataset.act === "bib") await copy((await unpack("downloads")).bib.works[row.place].trim() + "\n", `the BibTeX of ${row.k}`);
    if (button.dataset.act === "abstract") await toggleAbstract(element, row, button);
    if (button.dataset.act === "details") await toggle(element, row);
  });

  for (const button of document.querySelectorAll("[data-copy]")) button.addEventListener("click", () => copyAll(button.dataset.copy));
  for (const button of document.querySelectorAll("[data-download]")) button.addEventListener("click", () => download(button.dataset.download));
  for (const button of document.querySelectorAll("[data-view]")) {
    button.addEventListener("click", () => {
      state.view = button.dataset.view;
      history.pushState(null, "", `#${toAddress() || "view=list"}`);
      apply();
    });
  }
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target) || event.target.closest("button")) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  byId("print").addEventListener("click", () => print());

  byId("all").addEventListener("change", (event) => {
    if (event.target.checked) for (const row of shown) picked.add(row.place);
    else picked.clear();
    for (const field of results.querySelectorAll(".pick input")) field.checked = picked.has(Number(field.closest("article").dataset.place));
    tell();
  });

  let soon = 0;
  form.addEventListener("input", ({ target }) => {
    if (target.name === "q") state.q = target.value.trim();
    else if (target.name === "sort") state.sort = target.value;
    else if (target.dataset.facet) {
      const { chosen } = FACETS.find((facet) => facet.name === target.dataset.facet);
      if (target.checked) chosen.add(Number(target.dataset.id));
      else chosen.delete(Number(target.dataset.id));
    } else if (target.dataset.end) range[target.dataset.end] = Number(target.value) || null;
    else if (target.closest(".pick")) {
      const place = Number(target.closest("article").dataset.place);
      if (target.checked) picked.add(place);
      else picked.delete(place);
      return tell();
    } else return;
    apply();
    clearTimeout(soon);
    soon = setTimeout(remember, 150);
  });
  form.addEventListener("submit", (event) => event.preventDefault());

  // Inside the list: arrows or j and k from work to work, a abstract, o details, x select.
  results.addEventListener("keydown", (event) => {
    const element = event.target.closest("article.row");
    if (!element || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("pre, .scroll, .clip")) return;
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const place = shown.indexOf(rows[Number(element.dataset.place)]) + step;
      const next = shown[place] && rowElement(shown[place]);
      if (!next) return;
      next.scrollIntoView({ block: "nearest", behavior: "instant" });
      (next.querySelector(".title a") || next.querySelector("button")).focus({ preventScroll: true });
    }
    const pressed = { a: '[data-act="abstract"]', o: '[data-act="details"]', x: ".pick input" }[event.key];
    if (pressed) element.querySelector(pressed)?.click();
  });

  let isPrinting = false;
  addEventListener("beforeprint", () => { isPrinting = true; toPaper(); });
  addEventListener("afterprint", () => { isPrinting = false; byId("paper").replaceChildren(); });
  const unfold = () => byId(location.hash.slice(1))?.querySelector(":scope > details.long")?.setAttribute("open", "");
  addEventListener("hashchange", () => recall() || unfold());
  document.addEventListener("DOMContentLoaded", unfold, { once: true });
  addEventListener("popstate", () => { if (!location.hash) recall(); });
  const fitFacets = () => { byId("facets").open = wide.matches; };
  wide.addEventListener("change", fitFacets);
  let lastWidth = innerWidth;
  addEventListener("resize", () => {
    if (isPrinting || innerWidth === lastWidth || !["timeline", "map"].includes(state.view)) return;
    lastWidth = innerWidth;
    clearTimeout(soon);
    soon = setTimeout(showView, 200);
  });

  const theme = byId("theme");
  const paint = (name) => {
    document.documentElement.dataset.theme = name;
    theme.textContent = `Theme: ${name}`;
  };
  const kept = () => { try { return localStorage.getItem("enrich-theme") || "auto"; } catch { return "auto"; } };
  theme.addEventListener("click", () => {
    const next = { auto: "light", light: "dark", dark: "auto" }[document.documentElement.dataset.theme];
    paint(next);
    try { localStorage.setItem("enrich-theme", next); } catch { /* a page from a file may not keep anything */ }
  });
  paint(kept());
  theme.hidden = false;

  form.hidden = false;
  fitFacets();
  if (!recall({ isFirst: true })) apply();
  performance.mark("ready");
})();
