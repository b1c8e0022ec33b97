import {
  hostOrNetwork,
  listOf,
  name,
  network,
  objectIdentifier,
  onOff,
  path,
  text,
  url,
  whole,
  zoneServer,
} from "./kinds.ts";
import { PUBLISH_SETTINGS } from "./publish-settings.ts";
import { always, maybe, type Setting } from "./setting.ts";

export const SETTINGS = {
  config: always("portolan.server.yaml", {
    kind: path,
    variable: "PORTOLAN_CONFIG",
    inFile: false,
    about: "the configuration file; it has to exist only if it is named",
  }),
  home: always(".portolan", {
    kind: path,
    variable: "PORTOLAN_HOME",
    inFile: false,
    about: "directory of the embedded database, the signing key and the API token",
  }),
  debug: always(false, {
    kind: onOff,
    variable: "PORTOLAN_DEBUG",
    inFile: false,
    about: "also print the stack of an unexpected error",
  }),
  "database.url": maybe({
    kind: text,
    variable: "DATABASE_URL",
    secret: true,
    about: "a PostgreSQL database for the record, instead of the embedded one",
  }),
  identify: always(true, {
    kind: onOff,
    variable: "PORTOLAN_IDENTIFY",
    about: "off: sweeps scan ports and do not identify their services",
  }),
  "server.host": always("127.0.0.1", {
    kind: { ...text, schema: name, form: "an address" },
    variable: "PORTOLAN_HOST",
    option: "--host",
    about: "address the API listens on; beyond loopback it requires TLS, its own or that of a proxy",
  }),
  "server.port": always(4600, {
    kind: whole(0, 65_535),
    variable: "PORTOLAN_PORT",
    option: "--port",
    about: "port of the API; 0 for any free port",
  }),
  "server.allowHosts": always<readonly string[]>([], {
    kind: listOf(name, "a list of names"),
    variable: "PORTOLAN_ALLOW_HOSTS",
    option: "--allow-host",
    about: "further host names the API accepts, e.g. that of a proxy in front of it",
  }),
  "server.publicUrl": maybe({
    kind: text,
    variable: "PORTOLAN_PUBLIC_URL",
    option: "--public-url",
    about: "URL that browsers use, e.g. https://portolan.example.com; passkeys and links are bound to this name",
  }),
  "server.trustedProxies": always<readonly string[]>([], {
    kind: listOf(network, "a list of addresses and networks"),
    variable: "PORTOLAN_TRUSTED_PROXIES",
    option: "--trust-proxy",
    about: "proxies in front of the API whose X-Forwarded-For and X-Forwarded-Proto are trusted",
  }),
  "server.tls.certificate": maybe({
    kind: path,
    variable: "PORTOLAN_TLS_CERTIFICATE",
    option: "--tls-certificate",
    about: "PEM file of the API's certificate and its chain to the authority",
  }),
  "server.tls.key": maybe({
    kind: path,
    variable: "PORTOLAN_TLS_KEY",
    option: "--tls-key",
    about: "PEM file of the certificate's key, readable by no other user",
  }),
  "egress.allow": always<readonly string[]>([], {
    kind: listOf(hostOrNetwork, "a list of names, addresses and networks"),
    variable: "PORTOLAN_EGRESS_ALLOW",
    about:
      "servers in the own network that Portolan may call, e.g. a timestamping authority; public addresses need no entry",
  }),
  "boundary.zones": always<readonly string[]>([], {
    kind: listOf(zoneServer, "a list of ZONE@SERVER"),
    variable: "PORTOLAN_BOUNDARY_ZONES",
    about: "DNS zones that may be transferred (AXFR), each with its server, e.g. corp.example@ns1.corp.example",
  }),
  "boundary.tsigKey": maybe({
    kind: path,
    variable: "PORTOLAN_BOUNDARY_TSIG_KEY",
    about: "key file (tsig-keygen -a hmac-sha256) that signs zone transfers, readable by no other user",
  }),
  "evidence.policy": maybe({
    kind: path,
    variable: "PORTOLAN_EVIDENCE_POLICY",
    about: "tlog-policy file with the witnesses that cosign checkpoints, their URLs, and how many of them are enough",
  }),
  "timestamps.url": maybe({
    kind: url,
    variable: "PORTOLAN_TIMESTAMPS_URL",
    about: "a timestamping authority (RFC 3161), e.g. https://tsa.example.com; it timestamps a checkpoint every hour",
  }),
  "timestamps.authorities": maybe({
    kind: path,
    variable: "PORTOLAN_TIMESTAMPS_AUTHORITIES",
    about: "PEM file of the certificate authorities that timestamps have to lead to, former ones included",
  }),
  "timestamps.policy": maybe({
    kind: objectIdentifier,
    variable: "PORTOLAN_TIMESTAMPS_POLICY",
    about: "policy that the timestamping authority has to follow; without it, any",
  }),
  ...PUBLISH_SETTINGS,
  "oidc.issuer": maybe({
    kind: text,
    variable: "PORTOLAN_OIDC_ISSUER",
    about: "an OpenID Connect provider for signing in, e.g. https://login.example.com",
  }),
  "oidc.clientId": maybe({
    kind: text,
    variable: "PORTOLAN_OIDC_CLIENT_ID",
    about: "client ID of this installation at the provider",
  }),
  "oidc.clientSecret": maybe({
    kind: text,
    variable: "PORTOLAN_OIDC_CLIENT_SECRET",
    secret: true,
    about: "client secret of this installation at the provider",
  }),
  "oidc.name": always("single sign-on", {
    kind: text,
    variable: "PORTOLAN_OIDC_NAME",
    about: "label of the sign-in button, after 'Sign in with'",
  }),
} as const;

export type SettingKey = keyof typeof SETTINGS;
export type Settings = {
  readonly [Key in SettingKey]: (typeof SETTINGS)[Key] extends Setting<infer T> ? T : never;
};

export const SETTING_KEYS = Object.keys(SETTINGS) as SettingKey[];

/** A setting without its own type, for code that treats all settings alike. */
export function settingOf(key: SettingKey): Setting<unknown> {
  return SETTINGS[key];
}
