import { bytes, latin1 } from "../bytes.ts";
import { is, OTHER, short, type Greeting, type Hello, type Parsed, type Reading } from "../reading.ts";

const IAC = 255;
const [WILL, WONT, DO, DONT] = [251, 252, 253, 254];

/** Refuses everything that was offered or asked for (RFC 854), which brings most servers to their login prompt. */
function refusals(reply: Uint8Array): Uint8Array {
  const answers: number[] = [];
  for (let at = 0; at + 2 < reply.length && answers.length < 192; at += 1) {
    if (reply[at] !== IAC) continue;
    const option = reply[at + 2] ?? 0;
    if (reply[at + 1] === DO) answers.push(IAC, WONT, option);
    if (reply[at + 1] === WILL) answers.push(IAC, DONT, option);
  }
  return bytes(answers);
}

/** The text between the commands. */
const textOf = (reply: Uint8Array): string =>
  latin1(reply.subarray(0, 2_048))
    .replace(/\xff\xfa[^\xff]{0,64}\xff\xf0/g, "")
    .replace(/\xff[\xfb-\xfe][^]/g, "")
    .trim();

/** A server that negotiates (RFC 854), or a line that only a login prompt ends. */
function telnet(reply: Uint8Array, last: boolean): Parsed {
  if (reply.length === 0) return short(last);
  const negotiates = reply[0] === IAC && (reply[1] ?? WILL) >= WILL && (reply[1] ?? WILL) <= DONT;
  if (!negotiates) {
    return last && /(^|\n)[\w .-]{0,40}(login|username): ?$/i.test(latin1(reply.subarray(-64)))
      ? is({ service: "telnet", confidence: "medium", fields: { "telnet.banner": textOf(reply) } })
      : OTHER;
  }
  if (reply.length < 3) return short(last);
  const reading: Reading = { service: "telnet", confidence: "high", fields: { "telnet.banner": textOf(reply) } };
  return {
    kind: "ask",
    reading,
    send: refusals(reply),
    next: (answer, done) => {
      if (!done) return short(done);
      const text = `${textOf(reply)}\n${textOf(answer)}`.trim();
      return is({ ...reading, fields: { "telnet.banner": text } });
    },
  };
}

/** RFC 1282: a zero byte, or a diagnosis after a byte of one, to a client that does not come from a reserved port. */
function rlogin(reply: Uint8Array, last: boolean): Parsed {
  if (reply.length === 0) return short(last);
  const text = latin1(reply.subarray(0, 200));
  return /^\x01?(rlogind|remshd|rshd|rexecd|in\.r\w+): |^\x01Permission denied/.test(text)
    ? is({ service: text.includes("rshd") ? "rsh" : text.includes("rexecd") ? "rexec" : "rlogin", confidence: "high" })
    : OTHER;
}

export const TELNET: Greeting = { name: "telnet", ports: [23, 2323, 992], parse: telnet };
export const RLOGIN: Hello = {
  name: "rlogin",
  ports: [512, 513, 514],
  hello: () => bytes("\0portolan\0portolan\0dumb/9600\0"),
  parse: rlogin,
};
