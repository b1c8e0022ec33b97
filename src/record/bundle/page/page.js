"use strict";
// The page of an evidence bundle: it hands the files that were chosen to the verifier, which runs in a worker made of the
// text in this page, and shows what comes back. Everything from the bundle is set as text, never as markup.
(() => {
  const byId = (id) => document.getElementById(id);
  const summary = JSON.parse(byId("summary").textContent);
  const ROWS = 100;

  for (const place of document.querySelectorAll("[data-show]")) {
    const value = summary[place.dataset.show];
    place.textContent = typeof value === "number" ? value.toLocaleString("en") : shortTime(value);
  }
  document.title = `Evidence ${shortTime(summary.from)} to ${shortTime(summary.to)}`;
  if (summary.assets.length > 0) byId("assets-only").textContent = `· only ${summary.assets.join(", ")}`;
  showGrouped(byId("fingerprint"), summary.fingerprint, 8);
  showGrouped(byId("root"), summary.root, 11);
  byId("at").value = `${summary.to.slice(0, 16)}Z`;

  /** In groups, to be read aloud. Copied, it is one word. */
  function showGrouped(place, text, length) {
    for (let at = 0; at < text.length; at += length) place.append(element("span", text.slice(at, at + length)));
  }

  function element(name, text, className) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = visible(String(text));
    if (className !== undefined) made.className = className;
    return made;
  }

  /** Nothing that hides, or turns the direction of writing. */
  function visible(text) {
    return text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, "\ufffd");
  }

  function shortTime(value) {
    const text = typeof value === "number" ? new Date(value).toISOString() : String(value);
    return text.replace(/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d{3}Z/, "$1Z");
  }

  function fill(list, texts) {
    list.replaceChildren(...texts.map((text) => element("li", text)));
  }

  let worker;
  let asked = 0;
  const waiting = new Map();

  function ask(message) {
    worker ??= startWorker();
    asked += 1;
    const number = asked;
    return new Promise((resolve, reject) => {
      waiting.set(number, { resolve, reject });
      worker.postMessage({ ...message, number });
    });
  }

  function startWorker() {
    // From a file, Chromium starts no worker that is a module; the text waits at its top level, which only a module is allowed to.
    const source = ['"use strict"; (async () => {', byId("verifier").textContent, "})();"];
    const made = new Worker(URL.createObjectURL(new Blob(source, { type: "text/javascript" })));
    made.onmessage = ({ data }) => {
      if (data.progress !== undefined) return tellProgress(data.progress);
      const { resolve, reject } = waiting.get(data.number);
      waiting.delete(data.number);
      if (data.failed === undefined) resolve(data.answer);
      else reject(new Error(data.failed));
    };
    made.onerror = (event) => {
      for (const { reject } of waiting.values()) reject(new Error(event.message || "the verifier did not start"));
      waiting.clear();
      worker = undefined;
    };
    return made;
  }

  let total = 0;
  function tellProgress(bytes) {
    const share = total === 0 ? 0 : Math.min(100, Math.round((bytes / total) * 100));
    byId("progress").textContent = `Verifying: ${share} % of ${(total / 1e6).toFixed(1)} MB.`;
  }

  /** Files with their paths inside the bundle: the folder with the manifest, wherever it is in what was chosen. */
  function insideBundle(files) {
    const manifest = files.map(({ path }) => path).filter((path) => /(^|\/)manifest\.json$/.test(path));
    const nearest = manifest.sort((a, b) => a.length - b.length)[0] ?? files[0]?.path ?? "";
    const base = nearest.includes("/") ? nearest.slice(0, nearest.lastIndexOf("/") + 1) : "";
    return files
      .filter(({ path }) => path.startsWith(base))
      .map(({ path, file }) => ({ path: path.slice(base.length), file }));
  }

  let chosen = [];
  async function verify(files) {
    if (files.length === 0) return;
    chosen = files;
    byId("verdict").hidden = true;
    byId("answers").hidden = true;
    total = files.reduce((sum, { file }) => sum + file.size, 0);
    tellProgress(0);
    try {
      const begun = performance.now();
      show(await ask({ ask: "verify", files: insideBundle(files), key: byId("key").value }));
      byId("progress").textContent =
        `Took ${((performance.now() - begun) / 1000).toFixed(1)} s for ${(total / 1e6).toFixed(1)} MB.`;
    } catch (error) {
      byId("progress").textContent =
        `The folder could not be verified: ${visible(error.message)}. Try another browser, or node verify.mjs.`;
    }
  }

  function show({ report, problems, headline, cannotProve, inventory }) {
    const tone = !report.verified ? "bad" : report.key === "confirmed" ? "good" : "doubt";
    byId("headline").className = tone;
    byId("headline").textContent = headline;
    const differs =
      report.verified && (report.last.root !== summary.root || !report.fingerprints.includes(summary.fingerprint));
    const all = differs
      ? ["index.html: shows another key or root than the folder that was chosen.", ...problems]
      : problems;
    byId("problems-part").hidden = all.length === 0;
    fill(byId("problems"), all.slice(0, ROWS));
    fill(byId("checked"), report.checked);
    byId("unchecked-part").hidden = report.unchecked.length === 0;
    fill(byId("unchecked"), report.unchecked);
    fill(byId("cannot"), cannotProve);
    byId("verdict").hidden = false;
    byId("answers").hidden = false;
    byId("endpoints").replaceChildren(
      ...inventory.assets.map((name) => Object.assign(document.createElement("option"), { value: `${name}:` })),
    );
    showLists(inventory);
    byId("state-answer").replaceChildren();
    showGaps();
    byId("verdict").focus();
  }

  function showLists({ approvals, findings, gaps, sweeps }) {
    table("approvals", ["Version", "Approved by", "Approved at", "Proposed by", "Entry"], approvals, (each) => [
      each.version,
      `${each.approvedBy} (${each.through})`,
      shortTime(each.at),
      each.proposedBy ?? "",
      each.entry,
    ]);
    table("findings", ["Finding", "Kind", "Status", "Opened", "What", "Entries"], findings, (each) => [
      `#${each.id}`,
      each.kind,
      each.status,
      shortTime(each.openedAt),
      each.summary,
      each.entries.join(", "),
    ]);
    table("gaps", ["From", "To", "Cause", "Entry"], gaps, (each) => [
      shortTime(each.from),
      shortTime(each.to),
      each.detail || each.cause,
      each.entry,
    ]);
    table("sweeps", ["Sweep", "Kind", "Seen from", "Ended", "Verdict", "Entry"], sweeps, (each) => [
      each.id,
      each.kind,
      each.vantage,
      shortTime(each.to),
      each.verdict,
      each.entry,
    ]);
  }

  function table(id, head, rows, cellsOf) {
    byId(`${id}-number`).textContent = `(${rows.length.toLocaleString("en")})`;
    if (rows.length === 0) return byId(id).replaceChildren(element("p", "None.", "note"));
    const made = document.createElement("table");
    const heads = document.createElement("tr");
    for (const title of head) heads.append(Object.assign(element("th", title), { scope: "col" }));
    made.createTHead().append(heads);
    const body = made.createTBody();
    const more = element("button", "", "more");
    let shown = 0;
    const next = () => {
      for (const row of rows.slice(shown, shown + ROWS)) {
        const line = body.insertRow();
        for (const cell of cellsOf(row)) line.append(element("td", cell));
      }
      shown = Math.min(rows.length, shown + ROWS);
      more.textContent = `Show more (${(rows.length - shown).toLocaleString("en")} left)`;
      more.hidden = shown === rows.length;
    };
    more.type = "button";
    more.addEventListener("click", next);
    next();
    byId(id).replaceChildren(made, more);
  }

  async function showGaps() {
    const place = byId("gaps-answer");
    place.replaceChildren(element("p", "Computing…", "note"));
    const found = await ask({ ask: "gaps" });
    if (found.length === 0) return place.replaceChildren(element("p", "No declared asset was in scope.", "note"));
    const all = [...found].sort((a, b) => b.missed - a.missed);
    const shown = all.slice(0, ROWS).map(({ asset, lines: [head, ...gaps] }) => {
      const part = document.createElement("details");
      part.append(element("summary", `${asset}: ${head}`));
      const list = document.createElement("ul");
      fill(list, gaps.length === 0 ? ["no gap"] : gaps.slice(0, ROWS));
      part.append(list);
      return part;
    });
    place.replaceChildren(...shown);
    if (all.length > ROWS)
      place.append(element("p", `${all.length - ROWS} more assets: node verify.mjs . --gaps`, "note"));
  }

  const TONES = { unknown: "doubt" };

  byId("state").addEventListener("submit", async (event) => {
    event.preventDefault();
    const place = byId("state-answer");
    const at = Date.parse(byId("at").value.trim());
    if (Number.isNaN(at)) return place.replaceChildren(element("p", "Write the time as 2026-03-14T09:00Z.", "answer"));
    const found = await ask({ ask: "state", at, endpoint: byId("endpoint").value });
    if (!Array.isArray(found)) return place.replaceChildren(element("p", `${found.problem}.`));
    place.replaceChildren(
      ...found.map(({ headline, state, lines }) => {
        const part = element("div", undefined, "answer");
        part.append(element("h3", headline, TONES[state]));
        const list = document.createElement("dl");
        for (const [label, text] of lines) list.append(element("dt", label), element("dd", text));
        part.append(list);
        return part;
      }),
    );
  });

  byId("verify").addEventListener("submit", (event) => event.preventDefault());
  byId("key").addEventListener("change", () => void verify(chosen));
  byId("folder").addEventListener("change", ({ target }) => {
    void verify([...target.files].map((file) => ({ path: file.webkitRelativePath || file.name, file })));
  });

  const drop = byId("drop");
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", async (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const entries = [...event.dataTransfer.items]
      .map((item) => item.webkitGetAsEntry())
      .filter((entry) => entry !== null);
    try {
      const files = [];
      for (const entry of entries) await collect(entry, "", files);
      await verify(files);
    } catch {
      byId("progress").textContent =
        "This browser does not let a page read a dropped folder. Choose it with the button.";
    }
  });

  async function collect(entry, folder, files) {
    const path = `${folder}${entry.name}`;
    if (entry.isFile) {
      files.push({ path, file: await new Promise((resolve, reject) => entry.file(resolve, reject)) });
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      // A reader gives at most a hundred at a time.
      const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (some.length === 0) return;
      for (const each of some) await collect(each, `${path}/`, files);
    }
  }
})();
