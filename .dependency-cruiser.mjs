/**
 * Who may import whom: the table of docs/house.md as rules. The architecture test asserts that this file reads
 * modules at all, and that a planted violation fails.
 */

/** Features from the ground up: one may import those on lines above it, never below. */
const FLOORS = [
  ["audit", "outbox", "jobs", "settings", "authority"],
  ["organizations", "linting"],
  ["accounts", "operators"],
  ["contracts", "domains"],
  ["enrolment", "vetting"],
  ["requests"],
  ["issuance"],
  ["revocation"],
  ["changes", "billing"],
];
const FEATURES = FLOORS.flat();
const feature = `^server/(${FEATURES.join("|")})/`;
const TEST = "\\.test\\.ts$";

const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: from, pathNot: TEST },
  to: { path: "^server/", pathNot: allowed },
});

const floorRules = FLOORS.flatMap((names, floor) => {
  const above = FLOORS.slice(floor + 1).flat();
  if (above.length === 0) return [];
  return [
    {
      name: `floor-${floor}-${names[0]}`,
      comment: "a feature knows only the features it stands on",
      severity: "error",
      from: { path: `^server/(${names.join("|")})/`, pathNot: TEST },
      to: { path: `^server/(${above.join("|")})/` },
    },
  ];
});

export default {
  forbidden: [
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    only("kernel-imports-nothing", "^server/kernel/", "^server/kernel/", "the kernel stands alone"),
    only("rules-know-the-kernel", "^server/rules/", "^server/(kernel|rules)/", "pure functions of a date"),
    only(
      "pki-knows-rules-and-kernel",
      "^server/pki/",
      "^server/(kernel|rules|pki)/",
      "pure functions of bytes",
    ),
    only("db-knows-the-kernel", "^server/db/", "^server/(kernel|db)/"),
    only("i18n-knows-the-kernel", "^server/i18n/", "^server/(kernel|i18n)/"),
    only("adapters-know-the-kernel", "^server/adapters/", "^server/(kernel|adapters)/"),
    only(
      "http-knows-no-feature",
      "^server/http/",
      "^server/(kernel|i18n|http|operators)/",
      "but for what operators say a client certificate is worth",
    ),
    ...floorRules,
    {
      name: "features-by-their-index",
      comment: "another feature is entered through its index.ts; tables and page queries may join its tables",
      severity: "error",
      from: { path: `${feature}`, pathNot: "(tables|pages|store)\\.ts$|\\.test\\.ts$" },
      to: { path: feature, pathNot: ["^server/$1/", "/index\\.ts$", "/tables\\.ts$"] },
    },
    {
      name: "tables-join-tables",
      severity: "error",
      from: { path: `${feature}.*(tables|pages|store)\\.ts$` },
      to: { path: feature, pathNot: ["^server/$1/", "/(index|tables)\\.ts$"] },
    },
    {
      name: "nobody-above-the-features",
      comment: "sites, app and main compose; nothing composes them",
      severity: "error",
      from: { path: "^server/", pathNot: "^server/(sites|start|app|main|demo|cli|schema|config\\.test)" },
      to: { path: "^server/(sites/|start/|app\\.ts|main\\.ts|config\\.ts|schema)" },
    },
    {
      name: "one-holder-of-raw-connections",
      severity: "error",
      from: { path: "^server/", pathNot: "^server/db/" },
      to: { path: "node_modules/(better-sqlite3|pg)/" },
    },
    {
      name: "forge-only-for-pkcs12",
      comment: "node-forge signs 20 times a second: it never stands on the issuing path",
      severity: "error",
      from: { path: "^server/", pathNot: "^server/operators/" },
      to: { path: "node_modules/node-forge/" },
    },
    {
      name: "routes-ask-page-queries",
      comment: "a route file decides nothing in SQL",
      severity: "error",
      from: { path: `${feature}(applicant|operator|desk|public)\\.ts$` },
      to: { path: "node_modules/drizzle-orm/" },
    },
    {
      name: "express-only-in-http",
      severity: "error",
      from: {
        path: "^server/",
        pathNot: "^server/(http|sites|app|demo|accounts/session-store|operators|accounts)",
      },
      to: { path: "node_modules/(express|express-session)/" },
    },
    {
      name: "no-tests-in-the-product",
      severity: "error",
      from: { path: "^server/", pathNot: TEST },
      to: { path: "^(test|bench)/" },
    },
  ],
  options: {
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^migrations" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
