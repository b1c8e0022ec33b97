/** The browser and system that a session claims, in a few words; an unknown browser is shown unchanged. */
export function browserOf(agent: string): string {
  const browser = BROWSERS.find(([mark]) => agent.includes(`${mark}/`));
  const system = SYSTEMS.find((mark) => agent.includes(mark));
  return browser === undefined ? agent : `${browser[1]}${system === undefined ? "" : ` on ${system}`}`;
}

/** Edge and Opera claim to be Chrome, and Chrome claims to be Safari. */
const BROWSERS = [
  ["Edg", "Edge"],
  ["OPR", "Opera"],
  ["Firefox", "Firefox"],
  ["Chrome", "Chrome"],
  ["Safari", "Safari"],
] as const;
const SYSTEMS = ["Android", "iPhone", "iPad", "Windows", "Mac OS", "CrOS", "Linux"];
