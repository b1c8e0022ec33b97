import { bytes, latin1 } from "../bytes.ts";
import { is, OTHER, short, type Hello } from "../reading.ts";

/** RFC 1928, section 3: offers "no authentication" and "user name and password"; no connection is asked for. */
export const SOCKS: Hello = {
  name: "socks",
  ports: [1080, 1081, 9050, 9150],
  general: 13,
  hello: () => bytes([5, 2, 0, 2]),
  parse(reply, last) {
    if (reply.length < 2) return reply.length === 0 || reply[0] === 5 ? short(last) : OTHER;
    const [version, method = 0] = reply;
    if (version !== 5 || reply.length !== 2 || ![0, 2, 255].includes(method)) return OTHER;
    const access = method === 0 ? "anonymous" : "authenticated";
    return is({ service: "socks5", confidence: "medium", access });
  },
};

/** JDWP repeats the debugger's handshake: whoever gets there runs code in the program. */
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
