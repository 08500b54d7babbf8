import { describe, expect, test } from "vitest";
import { readConfig } from "./config.ts";
import { isProblem } from "./kernel/problem.ts";

describe("keys in a token", () => {
  const token = {
    INKAN_PKCS11_MODULE: "/usr/lib/softhsm/libsofthsm2.so",
    INKAN_PKCS11_TOKEN: "Inkan",
    INKAN_PKCS11_PIN_FILE: "secrets/pin",
  };
  const refused = (environment: Record<string, string>) => {
    try {
      readConfig(environment, "/srv");
      return "nothing";
    } catch (error) {
      return isProblem(error, "configuration-invalid") ? error.params.variable : String(error);
    }
  };

  test("are where the settings say, and in files where they say nothing", () => {
    expect(readConfig({}, "/srv")).toMatchObject({ token: null, rootToken: null, onlineKeys: "file" });
    expect(readConfig({ ...token, INKAN_ISSUING_KEYS: "token" }, "/srv")).toMatchObject({
      token: { token: "Inkan", pinFile: "/srv/secrets/pin", sessions: 4 },
      rootToken: null,
      onlineKeys: "token",
    });
    const root = { ...token, INKAN_ROOT_PKCS11_TOKEN: "Root" };
    expect(readConfig(root, "/srv").rootToken).toMatchObject({ token: "Root", pinFile: null, sessions: 1 });
  });

  test.each([
    ["INKAN_PKCS11_MODULE", { ...token, INKAN_PKCS11_MODULE: "" }],
    ["INKAN_PKCS11_PIN_FILE", { ...token, INKAN_PKCS11_PIN_FILE: "" }],
    ["INKAN_PKCS11_TOKEN", { INKAN_ISSUING_KEYS: "token" }],
    ["INKAN_PKCS11_MODULE", { INKAN_ROOT_PKCS11_TOKEN: "Root" }],
    ["INKAN_PKCS11_SESSIONS", { ...token, INKAN_PKCS11_SESSIONS: "0" }],
    ["INKAN_ISSUING_KEYS", { INKAN_ISSUING_KEYS: "cloud" }],
  ])("lack %s and are refused by its name", (variable, environment) => {
    expect(refused(environment)).toBe(variable);
  });
});
