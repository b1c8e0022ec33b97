/** A turn of phrase to lose. `bites` holds sentences that it must find, `spares` sentences that it must not. */
export interface Wording {
  readonly name: string;
  readonly pattern: RegExp;
  readonly instead: string;
  readonly bites: readonly string[];
  readonly spares?: readonly string[];
}

/** docs/style.md says why. A pattern with false positives is worse than none: narrow it, or drop it. */
export const WORDINGS: readonly Wording[] = [
  {
    name: "is no X",
    pattern:
      /(?<!there )\b(?:is|are|was|were) no (?!(?:longer|more|less|fewer|newer|older|later|earlier|better|use)\b)/i,
    instead: "is not a valid X, is not an X",
    bites: ["'tomorrow' is no time.", "Packets that are no answer are dropped."],
    spares: ["There is no scope yet.", "It is no longer open.", "It is no older than a day."],
  },
  {
    name: "no more, of time",
    pattern: /\b(?:open|there|known|in force|may|is|are|was|were|does|has) no more\b/i,
    instead: "no longer",
    bites: ["The port is open no more.", "People who may no more, and keys."],
    spares: ["It answers on no more than that.", "Three endpoints prove no more."],
  },
  {
    name: "a relative clause as a noun",
    pattern:
      /\bwhat (?:answers|listens|(?:is|was) (?:there|silent|open and)|there is|nobody|came (?:before|after|between))\b|\bwho (?:guess|ask|join)(?:es|s)?\b/i,
    instead: "name the thing: the service, the listener, an attacker, the caller",
    bites: ["What answers is identified over TCP.", "Sign-in, slowed down for who guesses.", "It sees what listens."],
    spares: ["It says what changed.", "Who approved it?"],
  },
  {
    name: "What … and Who … as a subject",
    pattern: /(?:^|[.;] )(?:What|Who) (?:[a-z]+s|did|had|may|might|cannot|can) (?![^.;]*\?)(?=[^.;]*[.;])/,
    instead: "name the subject: a path that …, a user who …",
    bites: ["What falls out of the scope stays open.", "Who signs in has to be invited first."],
    spares: ["What is sent", "What was observed?"],
  },
  {
    name: "whoever, whatever",
    pattern: /\bwhoever\b|\bwhatever (?:is|was|has|departs|comes|cannot|does)\b/i,
    instead: "anyone who …; name the actor or the thing",
    bites: ["Whoever reads the file runs the installation.", "Whatever is not a success is a problem."],
    spares: ["It ends, whatever the reason."],
  },
  {
    name: "said of, told of",
    pattern: /\b(?:is|are|was|were|be|been|being) (?:said|told)\b(?! apart)/i,
    instead: "is reported, is printed, is called; X reports it",
    bites: [
      "The number left out is said.",
      "The rest is not said, and is told of later.".replace("not said, and ", ""),
    ],
    spares: ["Prohibitions are told apart from silence."],
  },
  {
    name: "look, where a scan is meant",
    pattern:
      /(?<!\b(?:nobody|none)(?: had| has| could)? )\blook(?:s|ed|ing)? (?:at|from|now|again|there|at once|patiently|twice)\b|\b(?:first|later|next|same|one|every|minute's|patient) looks?\b/i,
    instead: "scan, sweep, probe, observe; “first probe”, “last scanned”",
    bites: ["Ports are looked at as before.", "It is resolved by the next look.", "`sweep` looks now."],
    spares: [
      "Unknown: nobody looked in time.",
      "Nobody looked at it.",
      "Nobody could look at it.",
      "Look for the second subject.",
    ],
  },
  {
    name: "ask, where a query is meant",
    pattern:
      /\b(?:is|are|was|were|be|been|being) asked\b(?! (?:for|to)\b)|\bask(?:s|ed|ing)? (?:it|them|the (?:kernel|server|host|port|machine|program|database|system)|what|who|nothing|again|twice|slowly|patiently|in vain|open|a (?:host|port|server|service))\b/i,
    instead: "query, probe, identify, request",
    bites: ["Open ports are asked what they are.", "It asks the kernel for listeners.", "Hosts asked slowly."],
    spares: ["It was asked for by name.", "Who is asked to approve?"],
  },
  {
    name: "in vain",
    pattern: /\bin vain\b/i,
    instead: "without a reply, without result",
    bites: ["Endpoints probed in vain."],
  },
  {
    name: "go on",
    pattern: /\b(?:go|goes|going|gone|went) on\b/i,
    instead: "continue, resume, keep running",
    bites: ["The sweep is gone on with after a crash.", "It goes on from the recorded index."],
  },
  {
    name: "may, without its verb",
    pattern: /\bmay\b(?=[.,;:)]|$)|\bmay what\b|\bwho may what\b/,
    instead: "is allowed to …, can do only …",
    bites: ["It may what it was made for.", "People who may, and people who may not.".replace(" not", "")],
    spares: ["A role may read the record.", "In May, it ended."],
  },
  {
    name: "a line a finding",
    pattern:
      /\b(?:a|one) (?:line|row|file|byte|chunk|transaction|entry|event|packet|record|folder) an? (?!second|minute|hour|day|time|person)[a-z]+/i,
    instead: "one line per finding",
    bites: ["ArcSight format, a line a finding.", "One transaction a chunk."],
    spares: ["At most one packet a second."],
  },
  {
    name: "lies in, stands in",
    pattern: /\b(?:lies|lie|lay|stands|stand|stood) (?:in|beside|under|there|where|behind|below it)\b/i,
    instead: "is in, is stored in, is set in, appears in",
    bites: ["The record lies in `./.portolan`.", "The settings that stand in the file."],
    spares: ["A stand-in for the server."],
  },
  {
    name: "is there, for exists",
    pattern:
      /(?<!\b(?:what|how|where|when|whether|if) )\b(?:is|are|was|were|be|been) there\b(?! (?:is|are|a|an|any|no)\b)(?!\?)/i,
    instead: "exists, is present",
    bites: ["The version is there with its entry.", "It need not be there unless it is named."],
    spares: ["Is there a scope?"],
  },
  {
    name: "besides, as an adverb",
    pattern: /\bbesides(?=[.,;:]|$)/i,
    instead: "also, as well, in addition",
    bites: ["It shows the executable besides."],
  },
  {
    name: "an own",
    pattern: /\ban own\b|\bof (?:its|their|one's|our) own(?= [a-z]+ing\b)/i,
    instead: "its own, a separate",
    bites: ["TLS with an own certificate."],
  },
  {
    name: "wants, for requires",
    pattern: /\bwants? (?:an? |root|the |its |both|no )/i,
    instead: "requires, needs",
    bites: ["The API wants a token."],
    spares: ["Anyone who wants to approve."],
  },
  {
    name: "but what",
    pattern: /\bbut (?:what|that of|those of|who)\b/i,
    instead: "except …, only …",
    bites: ["Nothing is read but what a program says of itself."],
  },
  {
    name: "rights, for privileges",
    pattern:
      /\b(?:without any|with|no|fewer|these|this|the same|every|any|which|what) rights?\b(?! (?:hand|side|order|time|place|answer))|\bright is given up\b/i,
    instead: "privileges, a capability",
    bites: ["UDP needs no right in any engine.", "It starts again with fewer rights."],
    spares: ["All rights reserved."],
  },
  {
    name: "by chance one",
    pattern: /\b(?:is|are|was|were|that) by chance\b|\bby chance one\b/i,
    instead: "happens to …; accidentally",
    bites: ["A port that is by chance one of ours."],
    spares: ["An endpoint that is open has been silent by chance."],
  },
  {
    name: "so that … so that",
    pattern: /\bso that\b[^.;]*\bso that\b/i,
    instead: "two sentences",
    bites: ["It is sorted so that it is found, so that it is fast."],
  },
  {
    name: "as it was written",
    pattern: /\bas it (?:was|is) (?:written|said|read|sent|given)\b/i,
    instead: "verbatim, unchanged",
    bites: ["The value, as it was written."],
  },
  {
    name: "anew, maybe, seldom",
    pattern: /\banew\b|\bmaybe\b|\bseldom\b|\bever after\b/i,
    instead: "again or from the start; possibly; rarely",
    bites: ["It begins anew.", "Texts of others, maybe of an attacker.", "Hosts that seldom refuse."],
  },
  {
    name: "comes of it, makes of it",
    pattern:
      /\b(?:comes|came|come|become|becomes|became) of (?:it|that|this|them|the)\b|\bmad?e?k?e?s? of (?:it|them|the sources)\b/i,
    instead: "results; name the result",
    bites: ["It shows what comes of it.", "What `build` made of the sources."],
  },
  {
    name: "goes before, for precedence",
    pattern: /\bgo(?:es)? before\b/i,
    instead: "takes precedence over",
    bites: ["An option goes before the file."],
  },
  {
    name: "seen shut, for closed",
    pattern: /\b(?:seen|found|is|are) shut\b(?! down)/i,
    instead: "closed",
    bites: ["It ends when the port is seen shut."],
  },
  {
    name: "nobody foresaw",
    pattern: /\bnobody (?:foresaw|thought of|decided on)\b/i,
    instead: "unexpected, undecided",
    bites: ["An error that nobody foresaw."],
  },
  {
    name: "keeps watching",
    pattern: /\bkeeps? watching\b|\bwatches for\b/i,
    instead: "monitors continuously",
    bites: ["`start` keeps watching."],
  },
];
