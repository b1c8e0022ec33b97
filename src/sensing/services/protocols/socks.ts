import { bytes, latin1 } from "../bytes.ts";
import { is, OTHER, short, type Hello, type Reading } from "../reading.ts";

/** RFC 1928, section 3: offers "no authentication" and nothing else; no connection through it is asked for. */
export const SOCKS: Hello = {
  name: "socks",
  ports: [1080, 1081, 9050, 9150],
  general: 13,
  hello: () => bytes([5, 1, 0]),
  parse(reply, last) {
    if (reply.length < 2) return reply.length === 0 || reply[0] === 5 ? short(last) : OTHER;
    const [version, method = 0] = reply;
    if (version !== 5 || reply.length !== 2 || ![0, 255].includes(method)) return OTHER;
    const reading: Reading = {
      service: "socks5",
      confidence: "medium",
      access: method === 0 ? "anonymous" : "authenticated",
    };
    return {
      kind: "ask",
      reading,
      send: bytes("GET / HTTP/1.0\r\n\r\n"),
      reconnect: true,
      next: (answer, done) => {
        if (!done && answer.length < 1_024) return short(done);
        const isTor = latin1(answer.subarray(0, 2_048)).includes("Tor is not an HTTP Proxy");
        return isTor ? is({ ...reading, product: "Tor", confidence: "high" }) : OTHER;
      },
    };
  },
};

/** JDWP repeats the debugger's handshake: anyone who can connect can run code in the program. */
export const JDWP: Hello = {
  name: "jdwp",
  ports: [5005, 8787],
  hello: () => bytes("JDWP-Handshake"),
  parse(reply, last) {
    const text = latin1(reply.subarray(0, 14));
    if (text === "JDWP-Handshake") return is({ service: "jdwp", confidence: "high", access: "anonymous" });
    return "JDWP-Handshake".startsWith(text) ? short(last) : OTHER;
  },
};
