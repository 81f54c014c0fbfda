"use strict";
(() => {
  const PAGE = 100;
  const SCREEN = 25;
  const COLLATOR = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const byId = (id) => document.getElementById(id);
  const { sections, labels, rows } = JSON.parse(byId("rows").textContent);
  const form = byId("filters");
  const body = byId("table").tBodies[0];
  const status = byId("status");
  const heads = [...document.querySelectorAll("#table thead [data-sort]")];
  const filterNames = [...form.elements].map((field) => field.name).filter(Boolean);
  let shown = rows;
  let drawn = 0;
  let rest = 0;
  let order = { by: null, falling: false };

  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const isWeb = (url) => /^https?:\/\//i.test(url);
  const make = (name, className, text) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const link = (url, text) => {
    const element = make("a", "", text);
    if (isWeb(url)) element.href = url;
    element.rel = "noopener noreferrer";
    return element;
  };

  rows.forEach((row, place) => {
    row.place = place;
    row.paths = (row.s || []).map((number) => sections[number]);
    row.tags = (row.l || []).map((number) => labels[number]);
    row.labels = [...row.tags, ...(row.b || []).map((number) => labels[number])];
    row.text = fold([row.t, (row.a || []).join(" "), row.m, row.v, row.f, row.k, row.x, row.y, ...row.labels].filter(Boolean).join("\n"));
  });

  const TESTS = {
    list: (row, value) => (row.g || []).includes(value),
    section: (row, value) => row.paths.some((path) => path === value || path.startsWith(value + " / ")),
    label: (row, value) => row.labels.includes(value),
    venue: (row, value) => row.v === value,
    year: (row, value) => String(row.y || "") === value,
    kind: (row, value) => row.p === value,
  };

  const choices = () => Object.fromEntries(filterNames.map((name) => [name, form.elements[name].value.trim()]));

  function compare(left, right) {
    const a = left[order.by];
    const b = right[order.by];
    if (a === undefined || b === undefined) return (a === undefined) - (b === undefined) || left.place - right.place;
    const result = typeof a === "number" ? a - b : COLLATOR.compare(a, b);
    return (order.falling ? -result : result) || left.place - right.place;
  }

  function apply() {
    const chosen = choices();
    const words = fold(chosen.q).split(/\s+/).filter(Boolean);
    const tests = Object.entries(TESTS).filter(([name]) => chosen[name]);
    shown = rows.filter((row) => words.every((word) => row.text.includes(word)) && tests.every(([name, test]) => test(row, chosen[name])));
    if (order.by) shown.sort(compare);
    drawn = 0;
    body.replaceChildren();
    draw(SCREEN);
    clearTimeout(rest);
    rest = setTimeout(() => draw(PAGE - drawn));
    const all = rows.length.toLocaleString("en");
    say(shown.length === rows.length ? `${all} works` : `${shown.length.toLocaleString("en")} of ${all} works`);
  }

  function say(text) {
    status.textContent = text;
  }

  function draw(count) {
    if (count <= 0) return;
    const part = document.createDocumentFragment();
    for (const row of shown.slice(drawn, drawn + count)) part.append(toRow(row));
    body.append(part);
    drawn = Math.min(shown.length, drawn + count);
    document.querySelector(".more").hidden = drawn >= shown.length;
  }

  function toRow(row) {
    const tr = byId("row").content.firstElementChild.cloneNode(true);
    const find = (selector) => tr.querySelector(selector);
    tr.className = "row";
    tr.dataset.place = row.place;
    const links = row.u || [];
    find(".title").append(links.length ? link(links[0][1], row.t) : row.t);
    find(".title").dir = "auto";
    const names = row.a || [];
    const rest = row.m ? row.m.split("; ").length : 0;
    find(".authors").textContent = names.join(", ") + (rest ? ` and ${rest} more` : "");
    if (row.m) find(".authors").title = row.m;
    if (row.n) find(".tags").append(make("span", "tag new", "new"));
    if (row.w) find(".tags").append(make("span", "tag gap", row.w === "not_found" ? "not found" : "incomplete"));
    for (const tag of row.tags) find(".tags").append(make("span", "tag", tag));
    find(".venue").textContent = row.v || (row.p === "preprint" ? "preprint" : row.p);
    if (!row.v) find(".venue").classList.add("unknown");
    if (row.f && row.f !== row.v) find(".venue").append(make("small", "", row.f));
    find(".year").textContent = row.y || "";
    if (row.c === undefined) find(".count").append(make("span", "unknown", "–"));
    else find(".count").textContent = row.c.toLocaleString("en");
    links.forEach(([label, url]) => find(".links").append(link(url, label)));
    for (const button of tr.querySelectorAll("button")) button.setAttribute("aria-label", `${button.textContent}: ${row.t}`);
    return tr;
  }

  let details;
  function loadDetails() {
    details ||= (async () => {
      const bytes = Uint8Array.from(atob(byId("details").textContent), (sign) => sign.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
      return JSON.parse(await new Response(stream).text());
    })();
    return details;
  }

  async function copy(text, what) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = make("textarea", "hidden", text);
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    say(`Copied ${what}`);
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

  function block(title, ...content) {
    const element = make("div");
    element.append(make("h3", "", title), ...content);
    return element;
  }

  function claimLines(claims, texts) {
    return claims.flatMap(([field, values]) =>
      values.map(([value, isSelected, source, day, reason, method, url], number) => {
        const name = make("th", "", number ? "" : field.replaceAll("_", " "));
        name.scope = "row";
        const shownValue = make("td", "value");
        shownValue.dir = "auto";
        const clip = make("div", value.length > 400 ? "clip" : "", value);
        shownValue.append(clip);
        const from = make("td", "from");
        from.append(texts[url] && isWeb(texts[url]) ? link(texts[url], texts[source]) : texts[source]);
        const why = make("td", "why", [isSelected ? "selected" : "passed over", texts[reason]].filter(Boolean).join(": "));
        why.title = `found by ${texts[method]}`;
        return { className: isSelected ? "" : "passed", cells: [name, shownValue, from, make("td", "day", texts[day]), why] };
      }),
    );
  }

  async function openDetails(tr, row) {
    const { texts, details: all } = await loadDetails();
    const known = all[row.place];
    const inside = make("div", "inside");
    if (known.abstract) inside.append(block("Abstract", Object.assign(make("p", "", known.abstract), { dir: "auto" })));
    if (known.claims.length) {
      const scroll = make("div", "scroll");
      scroll.append(table("claims", ["Field", "Value", "Source", "Received", "Why"], claimLines(known.claims, texts)));
      inside.append(block("Values and where they come from", scroll));
    }
    if (known.versions.length) {
      const scroll = make("div", "scroll");
      const lines = known.versions.map(([kind, stage, date, venue, ids, from]) => ({
        cells: [kind, stage, date, venue, ids.join(" "), from].map((text) => make("td", "", text)),
      }));
      scroll.append(table("versions", ["Version", "Stage", "Date", "Venue", "Identifiers", "Sources"], lines));
      inside.append(block("Versions", scroll));
    }
    const places = known.entries.map(([list, number, line, path]) => `${list}, entry ${number}, line ${line}${path ? `: ${path}` : ""}`);
    const verdict = known.verdict ? [`identity ${known.verdict[0]} (${known.verdict[1]})`] : [];
    inside.append(block("In the list", make("p", "", [...places, ...verdict].join(" · "))));
    inside.append(block("Identifiers", make("p", "", known.identifiers.join(" · "))));
    inside.append(block("BibTeX", make("pre", "", known.bib)));
    const line = make("tr", "detail");
    line.id = `details-${row.place}`;
    line.setAttribute("role", "row");
    const cell = make("td");
    cell.setAttribute("role", "cell");
    cell.colSpan = 5;
    cell.append(inside);
    line.append(cell);
    tr.after(line);
  }

  async function toggle(tr, row, button) {
    const open = byId(`details-${row.place}`);
    button.setAttribute("aria-expanded", String(!open));
    if (open) return open.remove();
    await openDetails(tr, row);
    button.setAttribute("aria-controls", `details-${row.place}`);
  }

  body.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-act]");
    if (!button) return;
    const tr = button.closest("tr");
    const row = rows[Number(tr.dataset.place)];
    if (button.dataset.act === "key") await copy(row.k, `the key ${row.k}`);
    if (button.dataset.act === "bib") await copy((await loadDetails()).details[row.place].bib, `the BibTeX of ${row.k}`);
    if (button.dataset.act === "details") await toggle(tr, row, button);
  });

  for (const head of heads) {
    head.addEventListener("click", () => {
      const by = head.dataset.sort;
      const fallsFirst = by === "c" || by === "y";
      if (order.by !== by) order = { by, falling: fallsFirst };
      else if (order.falling === fallsFirst) order = { by, falling: !fallsFirst };
      else order = { by: null, falling: false };
      for (const other of heads) other.closest("th").setAttribute("aria-sort", "none");
      if (order.by) head.closest("th").setAttribute("aria-sort", order.falling ? "descending" : "ascending");
      apply();
    });
  }

  function remember() {
    const chosen = Object.entries(choices()).filter(([, value]) => value);
    const hash = new URLSearchParams(chosen).toString();
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  }

  function showWork(key) {
    const row = rows.find((known) => known.k === key);
    if (!row) return;
    for (const name of filterNames) form.elements[name].value = "";
    apply();
    draw(Math.max(PAGE, shown.indexOf(row) + 1) - drawn);
    const tr = body.querySelector(`tr[data-place="${row.place}"]`);
    const button = tr.querySelector('[data-act="details"]');
    if (button.getAttribute("aria-expanded") === "false") button.click();
    tr.scrollIntoView({ block: "center" });
    button.focus({ preventScroll: true });
  }

  function recall() {
    const asked = new URLSearchParams(location.hash.slice(1));
    if (asked.has("work")) return showWork(asked.get("work"));
    if (!filterNames.some((name) => asked.has(name))) return;
    for (const name of filterNames) form.elements[name].value = asked.get(name) || "";
    apply();
    byId("works").scrollIntoView();
  }

  form.addEventListener("input", () => { apply(); remember(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { apply(); remember(); }));
  byId("more").addEventListener("click", () => {
    const next = drawn;
    draw(PAGE);
    body.querySelectorAll("tr.row")[next]?.querySelector("a, button")?.focus();
  });
  window.addEventListener("hashchange", recall);
  window.addEventListener("beforeprint", () => draw(shown.length));

  form.hidden = false;
  for (const frame of document.querySelectorAll("#works .frame")) frame.hidden = false;
  apply();
  recall();
})();
