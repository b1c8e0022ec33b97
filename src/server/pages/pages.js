// The behaviour of the pages for signing in and the account. Text from the server goes into text nodes only, except the QR code, which the
// server draws itself.

const byId = (id) => document.getElementById(id);

async function ask(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: body === undefined ? {} : { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Error("The server did not answer. Check your connection and try again.");
  });
  const value = await response.json().catch(() => ({}));
  if (response.ok) return value;
  throw Object.assign(new Error(`${value.detail ?? "The server did not answer."} ${value.next ?? ""}`), {
    status: response.status,
  });
}

function say(error) {
  byId("problem").textContent = error?.name === "NotAllowedError" ? "No passkey was chosen." : (error?.message ?? "");
}

/** Runs `work` on submit or click, one at a time, and shows its problem. */
function on(id, event, work) {
  const element = byId(id);
  element.addEventListener(event, async (happened) => {
    happened.preventDefault();
    const buttons = element.matches("button") ? [element] : [...element.querySelectorAll("button")];
    for (const button of buttons) button.disabled = true;
    say();
    try {
      await work(event === "submit" ? Object.fromEntries(new FormData(element)) : undefined, element);
    } catch (error) {
      say(error);
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  });
}

const ceremony = {
  async prove() {
    const options = await ask("POST", "/session/passkey/challenge");
    const credential = await navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
    });
    return credential.toJSON();
  },
  async make() {
    const options = await ask("POST", "/session/passkeys/challenge");
    const credential = await navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
    });
    return credential.toJSON();
  },
};

/** The page that somebody wanted before signing in; a path of this server only, so that no link leads elsewhere. */
function wanted() {
  const to = new URLSearchParams(location.search).get("to") ?? "";
  return /^\/(?![/\\])/.test(to) ? to : "/account";
}

async function signIn() {
  const state = await ask("GET", "/session/state");
  byId("no-users").hidden = !state.firstAdmin;
  if (state.sso !== undefined) {
    byId("sso").hidden = false;
    byId("sso").textContent = `Sign in with ${state.sso}`;
  }
  if (new URLSearchParams(location.search).has("problem")) {
    say(new Error("Single sign-on did not sign you in: it was cancelled, or Portolan does not know this account."));
  }
  byId("passkey").hidden = globalThis.PublicKeyCredential === undefined;
  const askForCode = () => {
    byId("password-form").hidden = byId("other-ways").hidden = true;
    byId("code-form").hidden = false;
    byId("code-form").elements.code.focus();
  };
  on("password-form", "submit", async (fields) => {
    const { next } = await ask("POST", "/session", fields);
    if (next === "done") location.assign(wanted());
    else askForCode();
  });
  // The page for a new password leads here: the password was given there.
  if (location.hash === "#code") askForCode();
  on("code-form", "submit", async ({ code, recovery }) => {
    await ask("POST", "/session/code", { code, recovery: recovery === "on" });
    location.assign(wanted());
  });
  on("passkey", "click", async () => {
    await ask("POST", "/session/passkey", { response: await ceremony.prove() });
    location.assign(wanted());
  });
}

async function welcome() {
  // The token comes after the #, so it never reached a server or a proxy. Now it is removed from the history, too.
  const token = location.hash.slice(1);
  history.replaceState(null, "", "/welcome");
  const link = await ask("POST", "/session/link/state", { token }).catch((error) => {
    byId("title").textContent = "This link does not work";
    byId("about").textContent =
      token === ""
        ? "The address lacks the secret part after the #. Open the whole link again, as you received it."
        : error.message;
  });
  if (link === undefined) return;
  const { firstAdmin } = link;
  const more = byId("first-admin");
  more.hidden = !firstAdmin;
  for (const input of more.querySelectorAll("input")) input.required = firstAdmin;
  byId("about").textContent = firstAdmin
    ? "You become the first admin of this installation. This link works once."
    : `Choose a password for ${link.email}. This link works once.`;
  byId("link-form").hidden = false;
  on("link-form", "submit", async ({ email, name, password }) => {
    const joined = await ask("POST", "/session/link", { token, password, ...(firstAdmin ? { email, name } : {}) });
    const { next } = await ask("POST", "/session", { email: joined.email, password });
    location.assign(next === "done" ? "/account" : "/sign-in#code");
  });
}

function listed(id, items, empty, show) {
  const list = byId(id);
  list.replaceChildren(
    ...items.map((item) => {
      const line = document.createElement("li");
      const { text, act, label } = show(item);
      const span = document.createElement("span");
      span.textContent = text;
      line.append(span);
      if (act !== undefined) {
        const button = Object.assign(document.createElement("button"), { className: "plain", textContent: label });
        button.setAttribute("aria-label", `${label}: ${text}`);
        button.addEventListener("click", () => act().then(account.show).catch(say));
        line.append(button);
      }
      return line;
    }),
  );
  if (items.length === 0) list.append(Object.assign(document.createElement("li"), { textContent: empty }));
}

/** The browser and system that a session claims, in two words; an unknown browser is shown unchanged. */
function browserOf(agent) {
  const browser = [
    ["Edg", "Edge"],
    ["OPR", "Opera"],
    ["Firefox", "Firefox"],
    ["Chrome", "Chrome"],
    ["Safari", "Safari"],
  ].find(([mark]) => agent.includes(`${mark}/`));
  const system = ["Android", "iPhone", "iPad", "Windows", "Mac OS", "CrOS", "Linux"].find((mark) =>
    agent.includes(mark),
  );
  return browser === undefined ? agent : `${browser[1]}${system === undefined ? "" : ` on ${system}`}`;
}

const when = (text) => new Date(text).toLocaleString();
const account = { show: () => undefined };

async function accountPage() {
  account.show = async () => {
    const me = await ask("GET", "/session/account").catch((error) => {
      if (error.status === 401) location.assign("/sign-in");
      // Signed in without a role in force: the page shows only the problem.
      throw error;
    });
    byId("who").textContent = `${me.name} (${me.email})`;
    listed("roles", me.roles, "None: you cannot read or change anything.", ({ role, from, to, inForce }) => ({
      text: `${role}${from ? `, from ${when(from)}` : ""}${to ? `, until ${when(to)}` : ""}${inForce ? "" : " (not in force now)"}`,
    }));
    byId("due").hidden = !me.secondFactorDue;
    for (const section of document.querySelectorAll("main > section, header a")) section.hidden = me.secondFactorDue;
    byId("codes").hidden = !me.password;
    byId("codes-state").textContent = me.secondFactor
      ? "You enter a code after your password."
      : me.secondFactorDue
        ? "Not set up yet."
        : "Not set up: your password alone is enough to sign in.";
    byId("codes-button").textContent = me.secondFactor ? "Turn off codes" : "Set up";
    byId("codes-form").dataset.set = String(me.secondFactor);
    listed("passkeys", me.passkeys, "None yet.", ({ id, name }) => ({
      text: name,
      label: "Remove",
      act: () => ask("DELETE", `/session/passkeys/${encodeURIComponent(id)}`),
    }));
    if (me.secondFactorDue) return;
    const inWords = (permission) => me.permissionWords[permission] ?? permission;
    const { sessions } = await ask("GET", "/api/v1/sessions");
    listed("sessions", sessions, "None.", ({ id, address, agent, createdAt, current }) => ({
      text: `${current ? "This one: " : ""}${address}, ${browserOf(agent)}, since ${when(createdAt)}`,
      label: "End",
      act: current ? undefined : () => ask("DELETE", `/api/v1/sessions/${encodeURIComponent(id)}`),
    }));
    const { keys } = await ask("GET", "/api/v1/keys");
    listed("keys", keys, "None yet.", ({ id, name, prefix, permissions, expiresAt, revokedAt }) => ({
      text: `${name}: ${prefix}… can ${permissions.map(inWords).join("; ")}. ${revokedAt ? "Revoked" : `Until ${when(expiresAt)}`}`,
      label: "Revoke",
      act: revokedAt ? undefined : () => ask("DELETE", `/api/v1/keys/${encodeURIComponent(id)}`),
    }));
    const isAuditor = me.roles.some(({ role }) => role === "auditor");
    byId("keys-section").hidden = isAuditor || me.permissions.length === 0;
    byId("key-permissions").replaceChildren(
      ...me.permissions.map((permission) => {
        const label = Object.assign(document.createElement("label"), { className: "check" });
        const box = Object.assign(document.createElement("input"), {
          type: "checkbox",
          name: "permission",
          value: permission,
        });
        box.checked = permission === "record:read";
        label.append(box, ` ${inWords(permission)}`);
        return label;
      }),
    );
  };

  on("sign-out", "click", async () => {
    await ask("DELETE", "/session");
    location.assign("/sign-in");
  });
  on("codes-form", "submit", async ({ password }, form) => {
    if (form.dataset.set === "true") {
      await ask("POST", "/session/codes/end", { password });
    } else {
      const { uri, image, recoveryCodes } = await ask("POST", "/session/codes", { password });
      byId("codes-image").innerHTML = image;
      byId("codes-key").textContent = new URL(uri).searchParams.get("secret");
      byId("codes-recovery").textContent = recoveryCodes.join("\n");
      byId("codes-setup").hidden = false;
      form.hidden = true;
      byId("codes-confirm").elements.code.focus();
    }
    form.reset();
    await account.show();
  });
  on("codes-confirm", "submit", async ({ code }, form) => {
    await ask("POST", "/session/codes/confirmation", { code });
    byId("codes-setup").hidden = true;
    byId("codes-form").hidden = false;
    form.reset();
    await account.show();
  });
  on("passkey-form", "submit", async ({ name }, form) => {
    await ask("POST", "/session/passkeys", { name, response: await ceremony.make() });
    form.reset();
    await account.show();
  });
  on("key-form", "submit", async ({ name, days }, form) => {
    const permissions = new FormData(form).getAll("permission");
    const { secret } = await ask("POST", "/api/v1/keys", { name, days: Number(days), permissions });
    byId("key-secret").textContent = secret;
    byId("key-made").hidden = false;
    form.reset();
    await account.show();
  });
  await account.show();
}

const pages = { "sign-in": signIn, welcome, account: accountPage };
pages[document.body.dataset.page]().catch(say);
