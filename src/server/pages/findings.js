// The page of the open findings. Text from the server goes into text nodes only.

const byId = (id) => document.getElementById(id);
const OPEN = "status=open";

function element(name, text, kind) {
  return Object.assign(document.createElement(name), { textContent: text, ...(kind ? { className: kind } : {}) });
}

/** As findings are named everywhere: low to 3, medium to 6, high to 8. */
function severityOf(severity) {
  if (severity === undefined) return "";
  const name = severity <= 3 ? "low" : severity <= 6 ? "medium" : severity <= 8 ? "high" : "very high";
  return `, ${name} severity`;
}

const utc = (instant) => instant.replace(/\.\d+Z$/, "Z");

function itemOf({ id, kind, summary, severity, openedAt, lastSeenAt, vantage, next }) {
  const item = document.createElement("li");
  const span = document.createElement("span");
  span.append(
    element("strong", `#${id} ${summary}`),
    element("div", `${kind}${severityOf(severity)}, seen from ${vantage}`, "soft"),
    element("div", `open since ${utc(openedAt)}, last seen ${utc(lastSeenAt)}`, "soft"),
  );
  if (next !== undefined) span.append(element("div", `Next: ${next}`, "soft"));
  item.append(span);
  return item;
}

let after;

async function load() {
  byId("problem").textContent = "";
  const response = await fetch(
    `/api/v1/findings?${OPEN}${after === undefined ? "" : `&after=${encodeURIComponent(after)}`}`,
  );
  if (response.status === 401) return location.assign("/sign-in");
  const answer = await response.json();
  if (!response.ok) throw new Error(`${answer.detail ?? "The server did not answer."} ${answer.next ?? ""}`);
  byId("findings").append(...answer.findings.map(itemOf));
  after = answer.next;
  byId("more").hidden = after === undefined;
  const shown = byId("findings").children.length;
  const findings = `${shown} open ${shown === 1 ? "finding" : "findings"}`;
  byId("count").textContent =
    shown === 0
      ? "There is no open finding."
      : `${after === undefined ? findings : `The latest ${findings}`}, newest first`;
}

const show = () =>
  load().catch((error) => {
    byId("problem").textContent = error?.message ?? "The server did not answer. Check your connection and try again.";
  });
byId("more").addEventListener("click", show);
await show();
