import { Problem } from "./problem.ts";
import { send } from "./call.ts";

/** The ceremonies of WebAuthn (level 3, section 5.1): the server's challenge, the browser's answer, both as JSON. */

export function canUsePasskeys(): boolean {
  return typeof window.PublicKeyCredential !== "undefined";
}

export async function provePasskey(): Promise<unknown> {
  const options = (await send("POST", "/session/passkey/challenge")) as PublicKeyCredentialRequestOptionsJSON;
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return await answered(navigator.credentials.get({ publicKey }));
}

export async function makePasskey(): Promise<unknown> {
  const options = (await send("POST", "/session/passkeys/challenge")) as PublicKeyCredentialCreationOptionsJSON;
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return await answered(navigator.credentials.create({ publicKey }));
}

async function answered(ceremony: Promise<Credential | null>): Promise<unknown> {
  try {
    return ((await ceremony) as PublicKeyCredential | null)?.toJSON();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    throw new Problem({ detail: "No passkey was chosen.", next: "Try again, or sign in with your password." });
  }
}
