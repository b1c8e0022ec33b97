/**
 * Each next step that the sources print, and how it is known to be possible: a test that follows it, or the reason why
 * none does here. `remedies.test.ts` refuses a next step without a row and a row without a next step.
 */

/** Next steps by the file of the test that follows them, and by a part of the test's title, or of the case's. */
export const FOLLOWED: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "src/access/io/access.db.test.ts": {
    "lets an admin do nothing before a second factor is set up, and everything after": [
      "Set up an authenticator app on your account page, /account. Everything else works after that.",
    ],
    "refuses passwords that are easy to guess, and keeps the link open": [
      "Choose four or more words that do not belong together, or let a password manager choose one.",
    ],
  },
  "src/proof/boundary/zone-transfer.test.ts": {
    "needs a key file for HMAC-SHA256": ["Write it with tsig-keygen -a hmac-sha256 NAME."],
  },
  "src/proof/boundary/io/transfer-zone.lab.test.ts": {
    "ends too early": [
      "Allow this machine to transfer the zone in the server's configuration, and try it: dig axfr ZONE @SERVER.",
    ],
    "is not called where the guard allows no address": [
      "Allow a server of your own network in egress.allow of portolan.server.yaml, or correct its name in boundary.zones.",
    ],
    "is not asked with a key that others can read": [
      "Correct boundary.tsigKey in portolan.server.yaml, or the file's permissions.",
      "Take it away from them: chmod 600 …",
    ],
  },
  "src/operations/boundary.db.test.ts": {
    "lets a source count no longer": ["Name one of: …."],
    "transfers a zone from the server": [
      "Set boundary.zones in portolan.server.yaml, as in corp.example@ns1.corp.example. It has: ….",
    ],
    "names the file, the line and the next step of a file that it refuses": [
      "Send the unchanged file in base64, with padding and without line breaks.",
      "Split it, and import each part under a name of its own (--name).",
    ],
  },
  "test/e2e/demo.test.ts": {
    "sends nothing: its own scope is refused": ["Monitor your own network from another folder: portolan start."],
    "touches no folder that somebody uses": [
      "Name an empty folder: portolan demo DIRECTORY.",
      "Give a time like 2026-03-14T09:00:00Z.",
    ],
  },
  "src/operations/sample.test.ts": {
    "refuses a period that ends before it begins": ["Give a start that is before the end."],
  },
  "src/operations/synthetic-record.db.test.ts": {
    "takes no record of a real network for its own": ["Run portolan demo in another folder."],
  },
  "src/operations/scope-change.db.test.ts": {
    "does not replace what somebody changed meanwhile": [
      "Check again: it shows the file as it is now. Then repeat your change in it.",
    ],
    "records nothing if the file cannot be replaced": [
      "Give the user that runs Portolan write permission on portolan.yaml and its folder, or change the file on that machine.",
    ],
    "reads no list file that portolan.yaml does not name": [
      "Name it in portolan.yaml on the server's machine, or list its addresses here.",
    ],
  },
  "src/operations/gaps.db.test.ts": {
    "are refused with the next step": [
      "Copy the name that portolan gaps --from -7d prints under the gap.",
      "Copy the name that portolan gaps --from -7d prints under the gap. A later import can have closed it.",
      "Name the one that you read: --explanation NUMBER.",
      "Give it: --by NAME. It is shown as typed by the operator.",
      "See all explanations of this gap: ….",
      "See what was stated: …. State why nobody looked: portolan gaps explain GAP --cause CAUSE --text TEXT.",
    ],
    "are explained together, each cut": ["Leave out --everything, and explain the gaps one by one."],
  },
  "src/operations/gap-sign-offs.db.test.ts": {
    "is not by the operator once there are users": [
      "Sign in as an approver: portolan login. portolan users list shows who is one.",
    ],
    "is not by one who made the password link": [
      "Ask another approver. A password link counts as its maker's for a day.",
    ],
  },
  "src/cli/commands/gaps.test.ts": {
    "needs the start of the period": ["Give it: portolan gaps --from -7d."],
    "refuses what is not a number": ["Give the number that portolan gaps show GAP prints."],
  },
  "src/operations/retention.db.test.ts": {
    "refuses a policy that is too short by mistake, or would answer wrongly": [
      "Keep it for 1 to … months.",
      "Auditors commonly require twelve months (PCI DSS 10.5.1). If it is meant, repeat the command with --allow-under-a-year.",
      "Keep intervals for at least as long as sweeps: a sweep without its states would answer wrongly.",
      "See it with portolan retention show.",
    ],
  },
  "src/cli/commands/retention.test.ts": {
    "as a kind and a time": ["Give a kind (…) and a time in years or months, as in sweeps=2y or access=18mo."],
    "holds one asset or everything": ["Give either --asset NAME or --all."],
  },
  "src/operations/sensors-bound.db.test.ts": {
    "undo a report that waited while the clock was set back, and take it when it is sent again": [
      "There is nothing to do: the sensor sends the report again.",
    ],
  },
  "src/operations/continuity.db.test.ts": {
    "answers two years at most": ["Ask for one year after the other."],
  },
  "src/operations/state-proof.db.test.ts": {
    "is refused for what no sweep covered": [
      "See when it was scanned: portolan history.",
      "Run portolan evidence verify --answers, which names each row that differs.",
      "Ask for a later instant, with --at.",
    ],
  },
  "src/operations/endpoint-history.db.test.ts": {
    "refuses a host that nobody declared": ["Give an address, or the name of an asset: portolan at now lists them."],
    "answers for each address of an asset": ["Give one of its addresses."],
  },
  "src/cli/commands/history.test.ts": {
    "asks for what had been recorded": ["Give --as-known then or --as-known now."],
  },
  "src/cli/commands/endpoint-history.test.ts": {
    "reads ": [
      "Give HOST:PORT with a port from 1 to 65535, for example db-3:5432, 10.77.0.13:22 or udp/[2001:db8::5]:53.",
    ],
  },
  "src/access/io/next-steps.db.test.ts": {
    "a link that was used": ["Ask an admin for a new one, or run portolan users link on the machine itself."],
    "a permission that no role of theirs has": ["Ask an admin for a role with this permission."],
    "a first admin where users exist": [
      "Ask an admin to invite you: portolan users invite. If there is none: portolan users roles USER admin.",
    ],
    "an admin's own roles": ["Ask another admin."],
    "an approver's own proposal": ["Ask another approver, with an account of their own."],
    "the proposal of the one who made the password link": [
      "Ask another approver. A password link counts as its maker's for a day: until ….",
    ],
    "a wrong password": ["Check your input and try again, or ask an admin for a new link."],
    "a key that could do more than its user": ["Choose from …."],
    "Fill in the whole form.": ["Fill in the whole form."],
    "an approval of nothing": [
      "Give either the hash that portolan baseline submit printed, or the file that was submitted.",
    ],
    "a key for a user without a role": ["Give the user a role that a key can use: portolan users roles."],
    "a document that nobody proposed": [
      "Have it proposed with portolan baseline submit; then another person approves it by its hash.",
    ],
    "an unknown proposal": ["List the proposals: portolan baseline proposals, or GET /api/v1/baseline/proposals."],
    "an approval of an unknown proposal": ["List the proposals: portolan baseline proposals."],
    "a user who is not there": ["List the users: portolan users list."],
    "a session that is not there": ["List yours: portolan …s list."],
    "an invitation of a user": [
      "Make another link with portolan users link, or change the roles with portolan users roles.",
    ],
    "the only admin": ["Make another user an admin first."],
    "a key of the operator for nobody": ["Name the user: portolan keys make --user EMAIL."],
    "a key for somebody else": ["Omit the user."],
    "a decision about an older version": ["Review the port baseline in force, then decide again."],
    "an operator who approves among users": [
      "Sign in as an approver: portolan login, or the page /baseline of the server. portolan users list shows who is one.",
    ],
    "single sign-on without a provider": [
      "Sign in with your password or a passkey; docs/guide/people.md explains how to set up an OpenID provider.",
    ],
    "a request of nobody": [
      "Sign in, or send `Authorization: Bearer <key>` with an API key, or with the token from the file `token` in Portolan's home directory.",
    ],
    "the account of the operator": ["Sign in."],
    "a sign-in of more than an hour ago": [
      "Sign out, sign in again, and repeat this. You can change how you sign in only within an hour of signing in.",
    ],
    "roles that do not go together": ["State the roles again, each with the dates it needs."],
    "a code that is too old": ["Try again. A code of an authenticator app is valid for half a minute."],
    "a page of another site": ["Use Portolan's own pages; a program sends an API key instead of cookies."],
    "another request with the same Idempotency-Key": ["Choose a new key for a new request."],
    "a request without what it needs": ["Compare the request with GET /api/v1/openapi.json."],
    "the sessions of everybody": ["Leave out `all` to see your own."],
    "a version in words": ["Send the ETag exactly as the server returned it, or leave the header out."],
    "many keys that are not valid": ["Wait … seconds, then send the right credentials."],
    "many wrong guesses": ["Wait … …, then try again."],
    "more requests than a minute allows": ["Wait a minute, then send the same request again."],
  },
  "src/cli/commands/init.test.ts": {
    "asks a wrong answer again": ["Nothing was written. Correct it, and run the command again."],
  },
  "src/cli/commands/login.db.test.ts": {
    "leads on from a server that does not respond, and from another program": [
      "Name the address of a Portolan server; or stop that program, and start Portolan in its place: portolan start.",
      "Start it with `portolan start`. To work as the operator of this machine instead, without a server: portolan logout.",
    ],
    "trusts a server by its certificate": ["Check the name of the PEM file and its permissions."],
    "lets two people propose and approve as themselves": [
      "Leave out --by.",
      "List them: portolan baseline proposals. Give the whole hash of an older one.",
    ],
    "does not act as the operator once the session has ended": [
      "Run it on a terminal. A program uses an API key instead: portolan keys make.",

      "Name the server: portolan login --url https://portolan.example.com",
      "Use https, or a tunnel to a loopback address: ssh -L 4600:127.0.0.1:4600 SERVER.",
      "Write it with its scheme: https://portolan.example.com",
      "Sign in again with portolan login, or act as the operator of this machine again: portolan logout.",
      "Leave --certificate out, or give the https address of the server.",
      "Set XDG_CONFIG_HOME to a directory that you can write to, then sign in again.",
    ],
  },
  "src/cli/commands/start.lab.test.ts": {
    "if somebody wrote one in the meantime": ["Complete and approve the existing one."],
  },
  "src/cli/next-steps.test.ts": {
    "a file without a format": ["Add --format with one of …; or use --json > FILE."],
    "questions without a terminal": ["Add --yes to take the defaults: portolan init --yes"],
    "a PDF for a terminal": ["Add -o findings.pdf, or redirect the output to a file or a program."],
    "a backup into a directory that does not exist": [
      "Check that its directory exists, that the disk has room, and that you have permission.",
    ],
    "a file of ports that does not exist": ["Check the name of the file and its permissions."],
    "an export into a directory that does not exist": ["Choose a file in a directory that you can write to."],
    "an export over another file": ["Choose another name with -o, e.g. one with the date."],
    "a backup over another file": ["Choose another name with -o."],
    "a bundle over another folder": ["Choose another folder with -o."],
    "a document that exists": ["Edit it, or move it away and run portolan init again."],
    "a time in words": [
      "Give 2026-03-14T09:00:00Z (or with an offset), now, -1h or -2d; or in the local time zone 03:00, yesterday 03:00, 2026-03-14T03:00 or 2026-03-14.",
    ],
    "a cadence in words": ["Give a duration such as 15m, 1h or 1d."],
    "a token's lifetime in words": ["Give a duration such as 1h."],
    "a number out of its range": ["Give a number from … to …."],
    "a port out of its range": ["Give a port from 1 to 65535."],
    "a role of another name": ["Give a role such as engineer or auditor@2026-03-01..2026-03-31; the roles are …."],
    "a time to come": ["Give a time that has passed, such as yesterday 03:00, or now."],
    "a kind of another name": ["Give one or more of them, separated by commas: … …."],
    "a status of another name": ["Give one or more of …, separated by commas."],
    "a period backwards": ["Give the earlier time first."],
    "a question without an answer": ["Run the command again; its --help shows the options that answer its questions."],
    "a command of another name": ["See portolan --help, or portolan COMMAND --help."],
    "a sensor with a name of blanks": ["Use the host's name, for example."],
    "a scope named twice": ["Give one of the two."],
    "PostgreSQL without a database": ["Set DATABASE_URL, and run the command again."],
    "the embedded database while DATABASE_URL names another": ["Unset DATABASE_URL, and run the command again."],
    "a proposal over another file": ["Add --force to replace it, or choose another file with -o."],
    "a document in a directory that does not exist": [
      "Choose a directory that exists and that you can write to, and run the command again.",
    ],
    "a port baseline that is too large": [
      "Use port ranges, CIDR blocks, tags or system types instead of single endpoints.",
    ],
    "another file for a checkpoint": ["Give a file that portolan evidence checkpoint printed, with or without --json."],
    "a key with an empty name": ["See portolan keys make --help."],
    "a setting that cannot be read": ["Correct it, then run portolan config check."],
    "a configuration file of another name": ["Correct …, or the file or its permissions."],
    "a directory in place of the configuration file": ["Correct the file or its permissions."],
    "a part of single sign-on, by all of it": [
      "Set oidc.issuer, oidc.clientId and oidc.clientSecretFile, or none of them.",
    ],
    "neither roles nor --none": ["Run portolan users list to see their current roles."],
    "neither --same-as nor --separate": [
      "Run portolan users list to see which accounts are known to be of one person.",
    ],
    "a user without an e-mail address": ["See portolan users invite --help."],
  },
  "src/cli/commands/configuration.lab.test.ts": {
    "and accepts them once each next step is followed, and warns of a certificate that ends": [
      "Correct evidence.policy in portolan.server.yaml, or the file's permissions.",
      "Correct the line. Lines are: witness NAME KEY URL, group NAME all|any|NUMBER NAME..., quorum NAME.",
      "Correct timestamps.authorities in portolan.server.yaml, or the file's permissions.",
      "Put the certificate of the root in PEM there, as the timestamping authority publishes it.",
    ],
  },
  "src/cli/session.lab.test.ts": {
    "a command uses its API instead of opening the record": [
      "Query it with any other command (portolan status), or stop it first: kill …",
    ],
    "a restore is refused, and leads on to an empty home": ["Set PORTOLAN_HOME to an empty directory."],
  },
  "src/cli/stop-request.test.ts": {
    "leaves nothing behind": ["Run the command again."],
  },
  "src/cli/time-argument.test.ts": {
    "accepts what it says to give instead of a time that clocks skip": [
      "Give … of that day (…), or a time with an offset.",
    ],
    "accepts both that it says to give instead of a time that clocks show twice": ["Give …."],
  },
  "src/judgement/baseline/propose.test.ts": {
    "fits once the ports that many assets have in common": [
      "Authorize the ports that many assets have in common first, with one entry for a system type, a tag, a CIDR block or a port range; then propose again.",
    ],
  },
  "src/judgement/exports/io/render-pdf.test.ts": {
    "refuses one more than four at once": ["Try again in a minute."],
  },
  "src/operations/baseline-history.db.test.ts": {
    "can be queried by instant and by asset": ["See when each one came into force: portolan baseline history."],
  },
  "src/operations/contradicted-decisions.db.test.ts": {
    "is refused with cause, place and next step": [
      "Run portolan evidence verify --answers, which names every row that was changed; keep this database for an investigation, and restore a backup from before into an empty one.",
    ],
  },
  "src/operations/published.db.test.ts": {
    "is an older database put in place of a newer one": [
      "Put the newer database back. If it is lost: portolan backup, then portolan restore into an empty database. A signed entry then says that the record continues from an earlier state.",
    ],
    "is refused if the database is empty and the home knows a log": [
      "Put the database back, or restore a backup: portolan restore. To begin another record, use another PORTOLAN_HOME.",
    ],
  },
  "src/cli/publication.test.ts": {
    "is refused if only a part of it is set": ["Set …, or none of them."],
    "has to name checkpoints": [
      "Name a checkpoint, a directory of checkpoints, or a git work tree that this user may read.",
    ],
  },
  "src/operations/rotate-key.db.test.ts": {
    "cannot be replaced by two at once": ["There is nothing to do. portolan evidence verify prints the new key."],
  },
  "src/operations/evidence.db.test.ts": {
    "is the one that the request names": [
      "Give the key as portolan evidence verify prints it (name+id+base64), its fingerprint of 64 hex digits, or its PEM.",
    ],
    "lists checkpoints, the largest first": [
      "Pass `next` of the previous page with the same filters, or omit `after` to start at the first page.",
    ],
    "says where the entries are listed": ["See … for the existing ones."],
  },
  "src/operations/next-steps.db.test.ts": {
    "a file that was imported already": ["Nothing was recorded. Import the file of another scan."],
    "a vantage point with blanks": ["Name the place that the other scanner scanned from, for example: outside."],
    "an import from the vantage point of this installation": [
      "Name the place that the other scanner scanned from, or leave --vantage out.",
    ],
    "targets without ports": [
      "Add --ports. For a file of nmap, which states both itself, leave --targets out instead.",
    ],
    "a hostname for what was scanned": [
      "Give the addresses that were scanned: a hostname may have resolved to other addresses then.",
    ],
    "a scan of a clock that is ahead": ["Correct the clock of the scanning machine, or of this one, and scan again."],
    "recipients of a file": ["Leave sender and recipients out, or choose the format mail."],
    "a bundle of a time before the record": ["Give a later --to: portolan status shows since when this record exists."],
    "gaps of a period backwards": ["Give a --from that is earlier than --to."],
    "gaps of an empty period": ["Give an end that is later than the beginning."],
    "a time to come": ["Give a time in the past."],
    "a sweep of nothing": ["Correct the targets or exclusions in portolan.yaml, or the DNS records of the names."],
    "a sweep of too many endpoints": ["Name fewer targets or ports, or split the target in portolan.yaml."],
    "an entry of a port baseline without an owner": [
      "Write who answers for each port and why it has to be open, or remove the entry; then approve again.",
    ],
    "an approval before the one in force": [
      "Set the clock right, then approve again: the latest approval is what is in force.",
    ],
    "a name of the log with a blank": [
      "Use a name like a URL without its scheme, for example portolan.example.com/log.",
    ],
  },
  "src/operations/record-of-home.db.test.ts": {
    "a home whose record moved to PostgreSQL": [
      "Set DATABASE_URL. To work on the embedded database of this home instead: portolan config database embedded.",
      "Unset DATABASE_URL. To move the record there, run portolan backup without DATABASE_URL and portolan restore with it. To work on that database instead: portolan config database postgresql.",
      "Leave it as it is. To read it nevertheless, add --superseded, and record nothing in it.",
    ],
    "a home refuses a PostgreSQL database with another record": [
      "Correct DATABASE_URL. To work on that database instead: portolan config database postgresql.",
    ],
  },
  "src/platform/storage/database-next-steps.db.test.ts": {
    "a server that is starting up": ["Try again in a moment."],
    "a password with characters of a URL": [
      "Write it as postgresql://USER:PASSWORD@HOST:5432/DATABASE, with special characters of the password in %XX form, or unset it to use the embedded database.",
    ],
    "a port without a server": ["Start the database server, or correct DATABASE_URL."],
    "a host without an address": ["Correct the host in DATABASE_URL, or check the DNS."],
    "a wrong password": ["Correct user and password in DATABASE_URL, or the server's pg_hba.conf."],
    "a database that does not exist": ["Create it: CREATE DATABASE …."],
    "a database that the user may not connect to": ["Grant it CONNECT on the database."],
    "no connection left": [
      "End other clients, or raise the limit: max_connections of the server, or CONNECTION LIMIT of the user or the database.",
    ],
    "a database closed for maintenance": ["Check the database server and its log, and try again."],
    "a database in another encoding": [
      "Create a database with ENCODING 'UTF8' TEMPLATE template0 and name that one in DATABASE_URL.",
    ],
    "a database of somebody else, by its owner's leave": [
      "Make … the owner of the database, or let its owner run there: GRANT CREATE ON DATABASE … TO …; GRANT CREATE ON SCHEMA public TO ….",
    ],
    "a server without contrib modules": [
      "Install PostgreSQL's contrib modules on the database server (Debian: in the server package; Red Hat: postgresql-contrib).",
    ],
    "a table of another program in the way": ["Correct the cause that the message names; nothing was changed."],
    "a server that is too old or a standby": [
      "Use PostgreSQL … or newer, or unset DATABASE_URL to use the embedded database.",
      "Name the primary server in DATABASE_URL.",
    ],
  },
  "src/platform/storage/disk.db.test.ts": {
    "because it is full is left for one with room": [
      "Make room on that file system, or set PORTOLAN_HOME to a directory on another one. The write in progress was not recorded.",
    ],
  },
  "src/platform/storage/migrate.db.test.ts": {
    "refuse a newer database, and one that other files migrated": [
      "Install an unmodified Portolan, or restore the migration file; an applied migration is never edited.",
      "Run the newer version of Portolan that last used it; a database is never migrated back.",
    ],
  },
  "src/scope/io/load-scope.lab.test.ts": {
    "a list that is a link to itself": ["Check the path and the file system."],
    "a directory in its place": ["Give the path of a text file."],
    "a list of single addresses that is too large": [
      "Write ranges instead of single addresses, or split it into several list files.",
    ],
    "a list in another encoding": ["Save it as UTF-8."],
    "a list that does not exist": ["Create it, or remove the file: reference."],
  },
  "src/scope/next-steps.test.ts": {
    "an address with a zone": ["Give a dotted quad (192.0.2.1) or an IPv6 address (2001:db8::1) without a zone."],
    "a range of addresses backwards": ["Give a first and a last address of the same family, the smaller one first."],
    "a range of ports backwards": ["Use ports from 1 to 65535, the smaller one first."],
    "a service for a port": ["…; service names are not read"],
    "a list file where no file is read": ["List the addresses themselves, or name the file in portolan.yaml."],
    "a system type that is not declared": ["Declare it under systemTypes in portolan.yaml."],
    "a name outside the boundary, by declaring its address": [
      "Declare the addresses in a target of portolan.yaml if they belong to the boundary, or correct the name's DNS record.",
    ],
    "a public address without an authorization": [
      "Record an authorization in force (reference, grantedBy, from, until, addresses) under authorizations in portolan.yaml.",
    ],
    "a name that does not resolve": ["Check the name and this machine's name resolution."],
  },
  "src/scope/resolve.test.ts": {
    "names an address that no scope can declare, and leads on": [
      "Remove that address from the name's DNS record or hosts file….",
    ],
  },
  "src/sensing/scanner/next-steps.test.ts": {
    "a seed of another form": ["Give 16 random bytes as lower-case hex."],
    "an IPv6 network": ["Choose smaller address ranges; an IPv6 network has to be given as the addresses in use."],
    "an engine whose library does not load": [
      "Leave the engine out, or choose connect-portable: it sees the same, more slowly.",
    ],
    "the XML of masscan": [
      "Give nmap's own XML (-oX); of masscan its JSON (-oJ) or list (-oL), of naabu its JSON lines (-json).",
    ],
  },
  "src/sensing/sensor-agent/io/enrolment.lab.test.ts": {
    "enrols when it comes": ["Check that it runs, and that this machine reaches it."],
  },
  "src/server/next-steps.lab.test.ts": {
    "restarts a server of another version": ["Restart the server, so that both run the same version."],
    "repeats a request that is still in progress": ["Wait, then send the same request again."],
    "stops a sweep that the status lists": ["List the running sweeps with GET /api/v1/status."],
    "opens another event stream": ["Close a stream, or wait until one closes."],
    "a key that belongs to another certificate": [
      "Give the key that … was issued for; the server's certificate comes first in that file.",
    ],
    "a key with a passphrase": [
      "Write it without a passphrase to a file that only this user can read: openssl pkey -in … -out server.key",
    ],
    "a key for a certificate": ["Give a PEM file with the server's …."],
    "a certificate under another name": [
      "Check the name of the file, and that the user who runs Portolan can read it.",
    ],
    "a proxy by its name": ["Write the proxy's address or network, such as 10.0.0.7, 10.0.0.0/24 or 2001:db8::/64."],
    "an address of another machine": ["Give an address of this machine with --host."],
    "a token that others can read": ["Remove … and start Portolan again: it creates a new one that only you can read."],
    "a file that holds something else for a token": ["Remove … and start Portolan again: it creates a new one."],
  },
  "src/server/tls.lab.test.ts": {
    "serves clients that read its server.json over TLS": [
      "Give a certificate with --tls-certificate and --tls-key, or name the TLS proxy in front of the server with --trust-proxy.",
      "Give the server a certificate (portolan start --tls-certificate FILE --tls-key FILE) and name it with https://.",
    ],
    "says which program has its port": ["Stop it, choose another port with --port, or --port 0 for any free one."],
    "prints and accepts the name of its certificate": [
      "Use the address that `portolan start` printed, or allow the name with --allow-host.",
    ],
    "is refused if only proxies are accepted": [
      "Use the address of the proxy, or declare your address as a proxy with --trust-proxy or server.trustedProxies.",
    ],
    "uses a renewed certificate without a restart": [
      "Renew the certificate; the running server loads it without a restart.",
    ],
  },
  "test/e2e/backup.test.ts": {
    "is restored into": [
      "Copy keys/evidence.pem of the installation that created the log here. Until then, the record can be read and verified, but nothing can be added.",
      "Name the file that portolan backup wrote, and check that you can read it.",
    ],
  },
  "test/e2e/clock-back.test.ts": {
    "knows nothing of the future once the clock is accepted": [
      "If the clock is right now, run portolan clock accept: it records that the clock ran ahead, and what was recorded with later times becomes unknown. Otherwise correct the clock, or wait until then.",
      "There is nothing to accept. portolan clock shows both times.",
    ],
  },
  "test/e2e/damage-remedies.test.ts": {
    "restores the last backup from before a finding was changed by hand": [
      "Restore the last backup from before it was changed by hand, or open the record with the newer version that wrote it.",
    ],
    "moves away a directory": [
      "Move it away. Then restore a backup with portolan restore FILE, or begin a new record in another PORTOLAN_HOME.",
      "Move the directory data in it away. Then restore a backup with portolan restore FILE, or begin a new record in another PORTOLAN_HOME.",
    ],
    "puts back the key of the log": [
      "Put your copy of the file back: portolan backup leaves it out. Without the key, nothing can be added to the record.",
      "Put the keys/evidence.pem of the installation that created the log (from its PORTOLAN_HOME, or your copy: portolan backup leaves it out) into this one's. If there never was another installation, the log was replaced: keep this database for an investigation.",
    ],
    "verifies a log that was altered": [
      "Run `portolan evidence verify`; if it finds the log altered, keep this database for an investigation, and restore a backup into an empty one.",
    ],
    "whose log was altered": ["Use another backup, and keep this one for an investigation. Nothing was restored."],
    "whose rows contradict its log": [
      "Use another backup, and keep this one for an investigation. To restore it nevertheless, add --accept-contradictions. Nothing was restored.",
    ],
    "with a table of another": ["Use another backup. Nothing was restored."],
    "that was cut off": [
      "Use another backup. portolan backup reads every file once more after writing it, so this one was changed or cut off later.",
    ],
    "waits for the process that has the record": [
      "Wait until it ends, use its API (portolan start), or name another directory in PORTOLAN_HOME.",
    ],
  },
  "test/e2e/full-disk.test.ts": {
    "is reported, recorded as a gap once there is room again": ["Make room on the file system of the record."],
  },
  "test/e2e/lab.test.ts": {
    "resolves it when the port is observed closed": [
      "Close the port, or authorize it with portolan baseline propose and an approval.",
    ],
  },
  "test/e2e/privileges.test.ts": {
    "sends raw packets for a user after that command": [
      "Grant CAP_NET_RAW.",
      "…; setcap grants it to every script that this node runs, so use a copy of node for Portolan alone",
    ],
  },
  "test/e2e/remedies.test.ts": {
    "begins a log that has no entry yet": [
      "Run `portolan start` or `portolan sweep`, which begin the log. In code, call beginLog before the first entry.",
    ],
    "chooses targets that the guard allows": [
      "Add it to the targets in portolan.yaml if it belongs to the boundary, or choose a target inside it.",
      "Leave it out, or remove the exclusion from portolan.yaml.",
      "Leave it out: no scope and no authorization can allow it.",
    ],
    "finds the names of targets and assets": [
      "Check the spelling against the names in portolan.yaml (portolan status lists the targets, portolan at now the assets) and that the hostname resolves on this machine.",
      "Name one of: ….",
      "Name one of: …. Or declare it under vantagePoints in the installation's portolan.yaml.",
    ],
    "mends one that is broken": ["Correct … and run the command again."],
    "gives valid periods, addresses": [
      "Give an address, such as 10.0.0.2 or fd00::2; portolan status and portolan at name the addresses of assets.",
      "Run portolan sweeps for those of the last 7 days; --from and --to set another period.",
    ],
    "uses another home": [
      "Move the file away, or name another directory in PORTOLAN_HOME.",
      "Name an empty directory in PORTOLAN_HOME, or an empty database in DATABASE_URL.",
    ],
    "completes, approves and shows": [
      "There is nothing to propose. Change the file first if something else should be authorized.",

      "Nothing was approved. Complete … and approve again.",
      "Run portolan baseline propose, complete the file it writes, then portolan baseline approve FILE --by NAME.",
      "There is nothing to approve. Change the file first if something else should be authorized.",
    ],
    "begins a record where there is none": [
      "Run portolan start or portolan sweep first, or set PORTOLAN_HOME to the directory of the record.",
    ],
    "protects the key": [
      "Run: chmod 600 … If somebody may have copied the key, their signatures look like those of this log: keep checkpoints elsewhere.",
      "Run: chmod 700 …",
    ],
    "writes the scope that is missing": ["Write one with: portolan init."],
  },
  "test/e2e/sensor-remedies.test.ts": {
    "pins the new certificate of the server": [
      "If its certificate was renewed, start the sensor with the new fingerprint. If not, this is another server.",
    ],
    "goes to the server itself": [
      "Check that a Portolan server runs at this address.",
      "Check the address, and the proxies in front of it.",
      "Something between the sensor and this server changes requests; check the proxies.",
    ],
    "enrols a machine again whose sensor was revoked": [
      "Remove the directory sensor from PORTOLAN_HOME on that machine, and enrol with the same token: it is still open.",
      "If the machine should report again, remove the directory sensor from PORTOLAN_HOME there and enrol it: portolan sensors enrol NAME",
    ],
    "takes a new token instead": ["Ask an admin for a new one: portolan sensors enrol NAME"],
    "names the server and makes a token": [
      "Give a duration such as ….",

      "Create one on the server (portolan sensors enrol NAME) and pass it in a file: --token-file FILE.",
      "Give scheme, host and port, and nothing else.",
      "Name the server (--server URL) and pass a token: portolan sensors enrol NAME creates one there.",
    ],
    "trusts the server by its authority": [
      "Name its authority with --ca FILE, or its certificate with --fingerprint SHA256.",
    ],
    "signs what a program sent": [
      "Report with `portolan sensor`; to read about sensors, use GET /api/v1/sensors.",
      "Enrol with `portolan sensor`, which signs it.",
    ],
    "waits until the tokens": ["Use them or wait until they expire."],
    "enrols a machine and its copy": [
      "Stop the copy and revoke this sensor. On each machine, remove the directory sensor from PORTOLAN_HOME and enrol it again. A disk that was restored to an older state needs the same.",
    ],
    "whose key the server does not know": [
      "Remove the directory sensor from PORTOLAN_HOME on that machine and enrol it: portolan sensors enrol NAME on the server, then portolan sensor with the token there.",
    ],
    "revokes a sensor whose name is wanted": [
      "Revoke it first (portolan sensors revoke … --reason TEXT) or choose another name.",
      "Revoke it (portolan sensors revoke … --reason TEXT), then make a new token: portolan sensors enrol …",
    ],
    "replaces a sensor with": [
      "Revoke the sensor, remove the directory sensor from PORTOLAN_HOME, and enrol it again.",
    ],
  },
  "test/e2e/server-remedies.test.ts": {
    "finds the sweep of a server that was killed": [
      "Run `portolan status`: the sweep is recorded up to where it got, or it resumes at the next start.",
    ],
    "starts a worker once its database is named": [
      "Set DATABASE_URL to the database that portolan start uses.",
      "Run portolan start with this DATABASE_URL in the directory of portolan.yaml, then start the worker.",
    ],
  },
  "test/e2e/system-faults.test.ts": {
    "names the limit of open files and the command that raises it": [
      "Raise the limit and run the command again: ulimit -n … (in a systemd unit: LimitNOFILE=…).",
    ],
    "a full disk": ["Make room on the disk it is redirected to, and run the command again."],
    "a file opened to be read": ["Redirect it to another file or terminal, and run the command again."],
  },
  "test/lab/other-user.lab.test.ts": {
    "leads on from a read-only file system": [
      "Name a writable directory (PORTOLAN_HOME, or TMPDIR for temporary files).",
    ],
    "an enrolment of a sensor that it may not read": ["Run the sensor as the user who owns its directory."],
    "a home that it may not look into": [
      "Run the command as the user who owns that directory, or name another one in PORTOLAN_HOME.",
    ],
    "a home that it may not write to": ["Make it writable for this user, or name another directory in PORTOLAN_HOME."],
    "a place for the key that it may not write to": [
      "Make this directory writable for the user that runs Portolan, or set PORTOLAN_HOME to a writable one.",
    ],
    "a scope that it may not read": ["Give this user read permission, or run as a user who has it."],
    "a token that it may not read": ["Run the command as the user who started Portolan."],
    "a memory of the database that it may not read": [
      "Make it readable and writable for this user. If it is damaged, delete it and run the command with the right DATABASE_URL, or without one for the embedded database.",
    ],
    "a home that is open to others": ["Close it as its owner: chmod 700 …"],
    "a home below a file": ["Name another directory in PORTOLAN_HOME."],
    "a port below 1024": ["Choose a port above 1023 with --port."],
  },
};

/** Next steps by the reason why no test follows the printed text itself. Their commands and options exist: that is tested. */
export const REASONS: Readonly<Record<string, readonly string[]>> = {
  "A browser that was open while Portolan was updated: its page asks for a file of the version before.": [
    "Reload the page: Portolan was updated.",
  ],
  "A disk, a network or a database that fails in its own way: no test breaks the machine it runs on.": [
    "Check the disk it is on and start Portolan again; the record is as it was at the last commit.",
    "Check the disk or the terminal, and run the command again.",
    "Check the disk, and restore a backup.",
    "Check the network and firewalls between here and the database.",
    "Correct the cause that the message names, and try again.",
    "Put the record on a local file system with PORTOLAN_HOME, or use PostgreSQL with DATABASE_URL.",
    "Try again.",
  ],
  "A limit or a privilege of the whole machine, or a kernel that refuses what others allow.": [
    "Give a shorter period.",
    "Allow AF_NETLINK (RestrictAddressFamilies in a systemd unit), or choose the engine connect.",
    "Close programs, or raise the limit of the whole machine (sysctl fs.file-max), and run the command again.",
    "Free memory, or raise the limit of the container or unit.",
    "Raise the limit of open files (`ulimit -n`), or choose the engine connect-portable.",
    "Raise the limit of open files, or free ports outside of net.ipv4.ip_local_port_range.",
  ],
  "Another version of Portolan, or another operating system.": [
    "Restore it with that version or a newer one. Nothing was restored.",
    "Use --format html and print the page, or run the export on Linux, macOS or Windows.",
    "Use the version of Portolan that recorded it, or a newer one.",
  ],
  "A report of a bug: what follows it is not a step of the person who meets it.": [
    "Check the output of `portolan start` at this time, and report the error if it happens again.",
    "Nothing was recorded. This is a bug in the code that appended the entry: report it with this message.",
    "PORTOLAN_DEBUG=1 portolan status, and report its output",
    "This error was not expected. Run the command again with PORTOLAN_DEBUG=1, and report its output.",
  ],
  "Met by no installation: an example in the API's document, and servers without a record, which only tests start.": [
    "Use another server.",
    "What to do about it.",
  ],
};
