// The behaviour of the page on which approvers decide. Text from the server goes into text nodes only.

const byId = (id) => document.getElementById(id);

/** Rows and lines that a person reads; the document below holds all of them. */
const MOST_ROWS = 500;

async function ask(method, path, body, headers = {}) {
  const response = await fetch(path, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Error("The server did not answer. Check your connection and try again.");
  });
  if (response.status === 401) location.assign("/sign-in");
  const value = await response.json().catch(() => ({}));
  if (response.ok) return value;
  throw new Error(`${value.detail ?? "The server did not answer."} ${value.next ?? ""}`);
}

function say(error) {
  byId("problem").textContent = error?.message ?? "";
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function fill(id, items) {
  byId(id).replaceChildren(...items);
}

function listed(id, texts) {
  const rest = texts.length - MOST_ROWS;
  const shown = texts.slice(0, MOST_ROWS).map((text) => element("li", text));
  fill(id, rest > 0 ? [...shown, element("li", `and ${rest} more`)] : shown);
}

const utc = (instant) => instant.replace(/\.\d+Z$/, "Z");
const ports = (count) => `${count} authorized ${count === 1 ? "port" : "ports"}`;

function selectorText(selector) {
  return Object.entries(selector)
    .map(([field, value]) => `${field} ${value}`)
    .join(" and ");
}

function table(id, entries) {
  const row = (cell, texts) => {
    const made = document.createElement("tr");
    made.append(...texts.map((text) => element(cell, text)));
    return made;
  };
  const rows = entries
    .slice(0, MOST_ROWS)
    .map((port) =>
      row("td", [
        selectorText(port.selector),
        `${port.transport}/${port.ports}${port.presence === "optional" ? " (optional)" : ""}`,
        port.service ?? "",
        port.owner,
        port.justification,
        port.expires === undefined ? "never" : utc(port.expires),
      ]),
    );
  const rest = entries.length - MOST_ROWS;
  if (rest > 0) rows.push(row("td", [`and ${rest} more: see the document`]));
  if (rows.length === 0) return fill(id, [row("td", ["none"])]);
  fill(id, [row("th", ["for", "port", "service", "owner", "justification", "expires"]), ...rows]);
}

/** The proposal on the screen, and the version that it was compared with: the approval is for exactly these. */
let shown;

async function review(proposal) {
  const result = await ask("GET", `/api/v1/baseline/proposals/${proposal}`);
  shown = { proposal, onVersion: result.onVersion };
  const about = result.proposal;
  byId("review-title").textContent = `${about.file}: ${ports(result.authorizedPorts)}`;
  byId("review-who").textContent =
    `Proposed by ${about.proposedBy} on ${utc(about.proposedAt)}. SHA-256 ${about.proposal}.`;
  const made = { link: "password link, used", key: "key, made" };
  listed(
    "review-also",
    (about.alsoBy ?? []).map(
      ({ name, through, since }) => `Also by ${name}, who made the ${made[through]} ${utc(since ?? "before")}`,
    ),
  );
  const compared =
    result.onVersion === 0 ? "No port baseline is in force" : `Compared with version ${result.onVersion}, in force`;
  byId("review-effect").textContent =
    `${compared}: ${result.added.length} added, ${result.removed.length} removed. ` +
    `Its approval would resolve ${result.resolves} open ${result.resolves === 1 ? "finding" : "findings"}.`;
  byId("review-warnings-part").hidden = result.warnings.length === 0;
  listed("review-warnings", result.warnings);
  table("review-added", result.added);
  table("review-removed", result.removed);
  byId("review-document").textContent = result.document;
  byId("review").hidden = false;
  byId("review-title").scrollIntoView();
}

async function show() {
  const { proposals } = await ask("GET", "/api/v1/baseline/proposals");
  const waiting = proposals.filter(({ approvedAs }) => approvedAs === undefined);
  if (waiting.length === 0) return fill("proposals", [element("li", "Nothing waits for a decision.")]);
  fill(
    "proposals",
    waiting.map(({ proposal, file, authorizedPorts, proposedBy, proposedAt }) => {
      const line = document.createElement("li");
      const text = `${file}: ${ports(authorizedPorts)}, proposed by ${proposedBy} on ${utc(proposedAt)}`;
      const button = element("button", "Review");
      button.type = "button";
      button.className = "plain";
      button.setAttribute("aria-label", `Review: ${file}, proposed by ${proposedBy}`);
      button.addEventListener("click", () => {
        say();
        review(proposal).catch(say);
      });
      line.append(element("span", text), button);
      return line;
    }),
  );
}

byId("approve-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.target.querySelector("button");
  button.disabled = true;
  say();
  try {
    const { proposal, onVersion } = shown;
    const result = await ask(
      "POST",
      "/api/v1/baseline/approvals",
      { proposal },
      { "if-match": `"baseline-${onVersion}"` },
    );
    byId("review").hidden = true;
    byId("done").textContent =
      `Version ${result.version} is in force since ${utc(result.approvedAt)}, approved by ${result.approvedBy}. ` +
      `${result.resolved.length} ${result.resolved.length === 1 ? "finding was" : "findings were"} resolved.`;
    await show();
  } catch (error) {
    say(error);
    byId("problem").scrollIntoView();
  } finally {
    button.disabled = false;
  }
});

show().catch(say);
