import type { ServiceIdentity } from "../../model/index.ts";

/** Names of the same protocol, each with the name it is identified as; `+tls` marks the protocol inside TLS. */
const SAME: Readonly<Record<string, string>> = {
  domain: "dns",
  "domain-s": "dns+tls",
  "http-alt": "http",
  www: "http",
  https: "http+tls",
  "https-alt": "http+tls",
  smtps: "smtp+tls",
  submission: "smtp",
  submissions: "smtp+tls",
  imaps: "imap+tls",
  pop3s: "pop3+tls",
  ftps: "ftp+tls",
  ldaps: "ldap+tls",
  telnets: "telnet+tls",
  "ircs-u": "irc+tls",
  amqps: "amqp+tls",
  "secure-mqtt": "mqtt+tls",
  "microsoft-ds": "smb",
  "ms-sql-s": "mssql",
  mariadb: "mysql",
  postgres: "postgresql",
  "ms-wbt-server": "rdp",
  rfb: "vnc",
  "vnc-server": "vnc",
  sunrpc: "rpcbind",
  portmapper: "rpcbind",
  memcache: "memcached",
  socks: "socks5",
  "etcd-client": "etcd",
  "xmpp-client": "xmpp",
  "xmpp-server": "xmpp",
  login: "rlogin",
  shell: "rsh",
  exec: "rexec",
};

/** Protocols over HTTP: a port authorized for HTTP may serve any of them. */
const OVER_HTTP: ReadonlySet<string> = new Set([
  "http",
  "http2",
  "http-proxy",
  "ipp",
  "docker",
  "etcd",
  "elasticsearch",
  "couchdb",
  "prometheus",
  "influxdb",
  "kubernetes",
  "consul",
]);

const IDENTIFIED: ReadonlySet<string> = new Set([
  ...OVER_HTTP,
  "ssh",
  "smtp",
  "ftp",
  "imap",
  "pop3",
  "rsync",
  "nats",
  "mpd",
  "tarantool",
  "svn",
  "irc",
  "mysql",
  "vnc",
  "x11",
  "rdp",
  "telnet",
  "rlogin",
  "rsh",
  "rexec",
  "redis",
  "memcached",
  "gearman",
  "beanstalk",
  "zookeeper",
  "postgresql",
  "mssql",
  "oracle-tns",
  "cassandra",
  "mongodb",
  "amqp",
  "mqtt",
  "kafka",
  "xmpp",
  "ldap",
  "smb",
  "dns",
  "rpcbind",
  "nfs",
  "socks5",
  "jdwp",
  "tls",
]);

/**
 * Whether the identified service is the one that the port is authorized for. Undefined if that cannot be decided: the
 * expected name belongs to no protocol that Portolan identifies, or only TLS was identified. That is never a change.
 */
export function isExpectedService(expected: string, identity: ServiceIdentity): boolean | undefined {
  const wanted = expected.trim().toLowerCase();
  if (identity.product?.toLowerCase() === wanted) return true;
  const [service = "", wrapped] = (SAME[wanted] ?? wanted).split("+");
  if (service === "tls" || wanted === "ssl") return identity.tls !== undefined;
  if (!IDENTIFIED.has(service) || identity.confidence === "low") return undefined;
  if (identity.service === "tls") return wrapped === "tls" ? undefined : identity.tls === undefined ? false : undefined;
  const isSame = identity.service === service || (service === "http" && OVER_HTTP.has(identity.service));
  return isSame && (wrapped !== "tls" || identity.tls !== undefined);
}
