import * as der from "../../../server/pki/der.ts";
import * as write from "../../../server/pki/extensions.ts";
import { OID } from "../../../server/pki/oids.ts";
import { withExtension } from "../lint-content.ts";
import { build, ev, type Fault, responder } from "./build.ts";

/** Faults of subjectAltName. */
export const nameFaults: readonly Fault[] = [
  ["names-present", "none", () => build({ names: [] })],
  [
    "names-present",
    "in a responder's",
    () => withExtension(responder(), OID.subjectAltName, write.subjectAltName(["www.example.jp"])),
    "OCSP_RESPONDER",
  ],
  ["names-present", "address in EV", () => ev({ names: ["www.example.jp", "8.8.8.8"] }), "SERVER_EV"],
  [
    "names-present",
    "mail address",
    () =>
      withExtension(
        build(),
        OID.subjectAltName,
        write.extension(
          OID.subjectAltName,
          false,
          der.sequence(
            der.contextPrimitive(2, der.ia5("www.example.jp")),
            der.contextPrimitive(1, der.ia5("a@example.jp")),
          ),
        ),
      ),
  ],
  ["names-syntax", "wildcard in EV", () => ev({ names: ["www.example.jp", "*.example.jp"] }), "SERVER_EV"],
  ...[
    "localhost",
    "a.local",
    "10.0.0.1",
    "a_b.example.jp",
    "*.co.jp",
    "WWW2.example.jp",
    "example.jp.",
    "ab--c.example.jp",
    "1.2.3",
    "1.0.0.127.in-addr.arpa",
    "example.onion",
    "jp",
    "co.jp",
    "example.internal",
    "-a.example.jp",
    "a-.example.jp",
    "a..example.jp",
    "www.*.example.jp",
    "w*.example.jp",
    "*.*.example.jp",
    `${"a".repeat(64)}.example.jp`,
    `${"a.".repeat(125)}example.jp`,
    "xn--zzzzzz99.example.jp",
    "a b.example.jp",
    "a\0.example.jp",
    "a@example.jp",
    "127.0.0.1",
    "169.254.1.1",
    "::1",
    "fd00::1",
    "2001:db8::1",
    "::ffff:8.8.8.8",
  ].map((name): Fault => ["names-syntax", name, () => build({ names: ["www.example.jp", name] })]),
  ["names-unique", "twice", () => build({ names: ["www.example.jp", "www.example.jp"] })],
];
