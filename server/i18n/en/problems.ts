import type { ProblemCode, ProblemParams } from "../../kernel/problem.ts";
import { certificates } from "./certificates.ts";
import { massRevocation } from "./mass-revocation.ts";
import { operator } from "./operator.ts";
import { keyWeaknesses, nameFaults } from "./reasons.ts";
import { requests } from "./requests.ts";
import { revocation } from "./revocation.ts";

export const problems = {
  "not-found": () =>
    "We could not find that page. It may have moved, been removed, or lie outside what you may see.",
  "not-allowed": () =>
    "You are not permitted to do this. If you need to, ask your administrator or the certification authority.",
  "method-not-allowed": ({ allowed }) =>
    `This address does not accept that operation (accepted: ${allowed}). Go back and use the buttons on the page.`,
  "too-large": ({ limitKiB }) =>
    `What you sent exceeds the limit of ${limitKiB} KB. Send less and try again.`,
  "form-invalid": () => "Some answers are not right. See the message beside each field and correct it.",
  "csrf-invalid": () =>
    "This page has expired, or the form came from elsewhere. Reload the page and do it once more.",
  "wrong-host": () => "This server does not serve that address. Use the address you were given.",
  "too-many-attempts": ({ retryAfterSeconds }) =>
    `Too many attempts. Try again in ${wait(retryAfterSeconds)}.`,
  "stale-version": () =>
    "Somebody else changed this while you were looking at it. Reload the page, check what it says now, and try again.",
  "already-exists": ({ field }) => `This ${field} is already registered. Enter a different value.`,
  "credentials-wrong": () => "The login ID or the password is wrong. Enter them again.",
  "password-common": () => "This password is widely used or known to have leaked. Choose a different one.",
  "password-same": () => "This is your current password. Choose a different one.",
  "password-length": ({ minimum, maximum }) => `Use a password of ${minimum} to ${maximum} characters.`,
  "password-mismatch": () => "The two new passwords differ. Enter the same password in both fields.",
  "password-contains-login-id": () => "The password contains your login ID. Choose a password without it.",
  "current-password-wrong": () => "The current password is not correct. Enter it again.",
  "login-id-taken": () => "This login ID is already in use. Enter a different login ID.",
  "last-second-factor": () =>
    "The last second factor cannot be removed. Add another one first, then remove this one.",
  "passkey-refused": () => "The passkey could not be confirmed. Try again, or use another method.",
  "second-factor-required": () =>
    "This needs your second factor. Confirm with your authenticator app or passkey, then do it again.",
  "second-factor-wrong": () =>
    "The code is wrong or has been used. Enter the newest 6-digit code from your authenticator app.",
  "csr-private-key": () =>
    "The text contained a private key, so we discarded it unread. Never give a private key to anyone. Paste only the CSR, which begins with “BEGIN CERTIFICATE REQUEST”.",
  "csr-too-large": ({ limitKiB }) =>
    `The CSR exceeds the limit of ${limitKiB} KB. Check that it holds nothing besides the CSR.`,
  "csr-not-pem": () =>
    "This cannot be read as a CSR. Paste everything from “-----BEGIN CERTIFICATE REQUEST-----” to “-----END CERTIFICATE REQUEST-----”.",
  "csr-malformed": ({ at }) =>
    `The CSR is damaged (${at}). Create it again on your server and paste the whole of it unchanged.`,
  "csr-other-type": ({ found }) =>
    `This is not a CSR but something else (${found}). Paste the CSR, which begins with “BEGIN CERTIFICATE REQUEST”.`,
  "csr-signature-broken": () =>
    "The signature of the CSR does not verify. Part of it may be missing or altered. Create the CSR again.",
  "csr-signature-algorithm": ({ found }) =>
    `The signature algorithm of the CSR (${found}) is not accepted. Create it again with SHA-256 or stronger.`,
  "key-type-unsupported": ({ found }) =>
    `This type of key (${found}) is not supported. Use RSA (2048 bits or more) or ECDSA (P-256, P-384).`,
  "key-weak": ({ why }) => `This key is not safe to use (${keyWeaknesses[why] ?? why}). Create a new key.`,
  "key-compromised": () => "This key is known to be compromised. Create a new key and a new CSR.",
  "exports-busy": ({ limit }) =>
    `Only ${limit} CSV files can be made at a time. Please wait until the earlier ones are done, then try again.`,
  "export-too-long": ({ minutes }) =>
    `The CSV file was not ready within ${minutes} minutes and was given up. Narrow the list by dates or state, then try again.`,
  "key-held-by-another": () =>
    "This key is already in use in a certificate of another customer, so no certificate can be issued for it. Create a new key pair of your own and a new CSR from it.",
  "name-invalid": ({ name, why }) =>
    `“${name}” cannot stand in a certificate (${nameFaults[why] ?? why}). For example: www.example.co.jp`,
  "name-not-covered": ({ name }) =>
    `“${name}” lies outside your validated domains. Validate its domain, or correct the name.`,
  "names-too-many": ({ limit }) =>
    `One certificate can hold at most ${limit} names. Ask for fewer names, or split the request.`,
  "shape-mismatch": ({ shape, name }) =>
    ({
      SINGLE: `“${name}” cannot be added to a single-domain certificate. Choose multi-domain for several names, or wildcard for a name that begins with “*.”.`,
      MULTI: `“${name}” cannot stand in a multi-domain certificate. Choose wildcard for a name that begins with “*.”.`,
      WILDCARD: `“${name}” cannot stand in a wildcard certificate. Enter the common name as “*.example.co.jp”, and add nothing but its base domain.`,
    })[shape],
  "ev-name-refused": ({ name }) =>
    `“${name}” cannot stand in an EV certificate, which holds neither wildcards nor IP addresses. Choose OV.`,
  "domain-not-registered": ({ domain }) =>
    `The domain “${domain}” is not registered. Register it, then apply again.`,
  "domain-not-validated": ({ domain }) =>
    `The domain “${domain}” has not been validated, or its validation has expired. Validate it on the domain's page.`,
  "domain-limit-reached": ({ limit }) =>
    `At most ${limit} domains can be registered. Remove one you no longer use first.`,
  "validation-not-found": ({ name }) =>
    `The value was not found at “${name}”. Changes can take time to spread. Check your settings and try again in a while.`,
  "validation-mismatch": ({ name }) =>
    `What stands at “${name}” differs from the value given. Set the value exactly as shown, without anything around it.`,
  "validation-lookup-failed": ({ name }) =>
    `We asked for “${name}” but got no answer, or none that can be trusted. Check your DNS servers and try again in a while.`,
  "method-not-permitted": ({ method }) =>
    `The method “${method}” is not permitted by the rules in force. Choose another.`,
  "contract-not-in-force": () =>
    "The contract is not in force, so no new requests can be made. Contact the certification authority about renewal. Issued certificates can still be downloaded.",
  "organization-not-vetted": () =>
    "The organisation has not been vetted, or its vetting has expired. Wait for vetting to finish, or contact the certification authority.",
  "english-fields-missing": () =>
    "The organisation's English name and city are not registered. Apply with the Japanese subject, or request a change of registration.",
  "ev-not-enabled": () =>
    "EV is not available for this organisation or domain. Apply for OV, or apply for EV vetting.",
  "term-too-long": ({ limitDays }) =>
    `The longest term is ${limitDays} days. Choose ${limitDays} days or fewer.`,
  "request-not-pending": ({ state }) =>
    `This request is not waiting for approval (it is now: ${stateWord(state)}). Look at its current state.`,
  "request-not-cancellable": ({ state }) =>
    `This request can no longer be cancelled (it is now: ${stateWord(state)}). If the certificate is not needed, contact the certification authority.`,
  "approver-is-requester": () => "You cannot approve your own request. Ask another operator to approve it.",
  "certificate-not-replaceable": ({ state }) =>
    `This certificate cannot be reissued (it is now: ${certificateState(state)}). Request a new certificate if you need one.`,
  "reissue-same-key": () =>
    "This is the key of the certificate to be reissued. Make a new key on the server and paste a CSR made with it.",
  "reissue-differs": () =>
    "A reissue changes nothing but the key. If the registered organisation, the names or the end of validity differ from those of the certificate, request a renewal instead.",
  "reissue-under-way": () =>
    "A reissue of this certificate has been requested already. Look at its state in the list of requests.",
  "mass-revocation-state": ({ state }) =>
    `This cannot be done with the mass revocation as it stands (${massState(state)}). Look at its current state.`,
  "mass-revocation-four-eyes": () =>
    "Whoever registered the set cannot start its revocation. Another administrator has to check and start it.",
  "mass-revocation-known-ahead": () => "The time you learnt of it cannot be in the future.",
  "mass-revocation-serial": ({ line }) =>
    `“${line}” is not a serial number. Enter one per line, in hexadecimal. Example: 3F2A9C0B71E4D865`,
  "mass-revocation-key": () =>
    "That is not the hash of a key. Enter the SHA-256 of its SubjectPublicKeyInfo, 64 hexadecimal digits.",
  "mass-revocation-too-many": ({ limit }) =>
    `One mass revocation holds at most ${limit.toLocaleString("en")} certificates. Split the set.`,
  "mass-revocation-empty": () =>
    "No valid certificate matches. Look at the conditions again; revoked and expired certificates are not counted.",
  "mass-revocation-unknown": ({ serials, count }) =>
    `${count} of the serial numbers are not those of valid certificates (${serials}). Check them, and take out those that are not meant.`,
  "lint-failed": ({ lints }) =>
    `The certificate did not pass the checks before issuance (${lints}). Nothing was issued. Contact the certification authority.`,
  "external-linter-unavailable": ({ why }) =>
    `The external linter gave no clear answer (${why}), so nothing was signed. Issuance is tried again automatically.`,
  "signature-mismatch": () =>
    "What was signed differs from what was recorded, so issuance was stopped. Nothing was issued. Contact the certification authority.",
  "lease-lost": () => "Another process took over this work. Reload the page and look at the current state.",
  "issue-defect": () =>
    "An internal problem prevented the issuance. Nothing was issued. Contact the certification authority.",
  "certificate-not-revocable": ({ state }) =>
    `This certificate cannot be revoked (it is now: ${certificateState(state)}). It is already revoked or has expired.`,
  "revocation-ground-refused": ({ ground }) =>
    `"${groundName(ground)}" is a ground for the certification authority alone. Choose one of the reasons on the page.`,
  "revocation-reason-refused": ({ ground, reason }) =>
    `The ground "${groundName(ground)}" does not go with the reason "${reasonName(reason)}". Choose one of the reasons on the page.`,
  "revocation-too-late": ({ latest }) =>
    `That is after the deadline. Choose a time until ${latest}, or revoke at once.`,
  "revocation-planned-already": ({ executeAt }) =>
    `A revocation of this certificate is planned already (${executeAt}). To have it earlier, revoke it at once.`,
  "revocation-not-cancellable": ({ state }) =>
    `This revocation cannot be called off (it is now: ${orderState(state)}). What has been revoked, or is to be because of the key itself, stays so.`,
  "proof-unreadable": () =>
    "This cannot be read as a CSR or a private key. Choose a PEM or DER file. Convert OpenSSH and PKCS#12 files to PEM with openssl first.",
  "proof-encrypted": () =>
    "The private key is encrypted. Choose a file without a passphrase, or prove the compromise with a CSR.",
  "proof-inconsistent": () =>
    "The private and public parts do not belong together: a signature made with this key could not be verified. Check that the file is not damaged.",
  "private-key-pasted": () =>
    "There is a private key in it, so it was thrown away unread. Do not enter a private key in this field.",
  "certificate-unreadable": () =>
    "This cannot be read as a certificate. Give PEM, which begins with “-----BEGIN CERTIFICATE-----”, or a DER file.",
  "serial-invalid": () =>
    "A serial number has hexadecimal digits (0 to 9, A to F), 40 at most. For example: 40 3F 2A 91",
  "fingerprint-invalid": () =>
    "A fingerprint has the 64 hexadecimal digits of SHA-256. SHA-1 (40 digits) does not identify it.",
  "report-not-settled": () =>
    "There are certificates that are neither revoked nor about to be. Decide to revoke them, or take them off the report, first.",
  "report-not-open": () => "This problem report has been decided already. See what it says now.",
  "last-operator": () => "The last active operator cannot be removed. Activate another operator first.",
  "organization-name-long": ({ limit }) =>
    `The organisation's name has more than ${limit} characters. Longer names need a consultation, so they cannot be registered on this page. Check how the registry writes it, and ask whoever is responsible for vetting.`,
  "registry-number-invalid": () =>
    "Enter the registry number as 12 digits (not the 13-digit corporate number). Example: 0100-01-000001",
  "operator-name-invalid": ({ name }) =>
    `“${name}” cannot be an operator's common name. Write the initial of the first name, a period and the family name in capital letters, at most 15 characters. Example: T.YAMADA`,
  "operator-not-changeable": ({ state }) =>
    `This cannot be done to this operator (they are now: ${operatorState(state)}). Look at their current state.`,
  "database-unreachable": ({ where }) =>
    `The database (${where}) cannot be reached. Check its address and that it is running.`,
  "database-busy": () => "The system is busy. Wait a moment and do it again.",
  "schema-newer": ({ found, known }) =>
    `The database is of version ${found}, newer than this program (${known}). Start the newer program.`,
  "schema-older": ({ found, known }) =>
    `The database is of version ${found}, older than this program (${known}), and is left as it is. Use the program of that version, or let npm start bring the database up to date first.`,
  "key-file-unsafe": ({ file, mode }) =>
    `The key file ${file} can be read by others (mode ${mode}). Restrict it with chmod 600, then start again.`,
  "passphrase-wrong": ({ file }) =>
    `The key file ${file} cannot be opened. Check the passphrase in INKAN_PASSPHRASE_FILE.`,
  "passphrase-missing": ({ file }) =>
    `There are keys, but not the file with their passphrase, ${file}. Put the file you kept back in its place, or correct INKAN_PASSPHRASE_FILE, then start again.`,
  "root-key-unopened": ({ file, why }) =>
    why === "missing"
      ? `The root's key ${file} is not there. If you keep it offline, put it back in this place, then run this again.`
      : `The root's key ${file} does not open with this passphrase. Check the one that the first start showed.`,
  "keys-of-another-database": ({ folder }) =>
    `${folder} holds keys of certification authorities that this database does not know. Check that it is the right database, and the right INKAN_CERTS_DIR.`,
  "hierarchies-exist": () =>
    "This database has its CAs already. A key ceremony is held where there are none yet. Nothing was changed.",
  "ceremony-plan-invalid": ({ file, faults }) =>
    `The plan file ${file} is not right. Correct it and have it approved again.${faults}`,
  "ceremony-plan-changed": ({ given, found }) =>
    `The plan file is not the approved one (approved SHA-256: ${given}; this file: ${found}). No key was made.`,
  "pkcs11-not-installed": () =>
    "The package for PKCS#11 (graphene-pk11) is not installed. Install a C++ compiler, make and Python, then run npm ci again.",
  "pkcs11-not-configured": ({ role, place }) =>
    `The key of the CA ${role} lies in a token (${place}) that is not configured. Set INKAN_PKCS11_MODULE, INKAN_PKCS11_TOKEN and INKAN_PKCS11_PIN_FILE.`,
  "pkcs11-module-missing": ({ file }) =>
    `The PKCS#11 module ${file} cannot be loaded. Check INKAN_PKCS11_MODULE and the file's permissions.`,
  "pkcs11-token-missing": ({ token }) =>
    `The token “${token}” was not found. Check that it is connected and that INKAN_PKCS11_TOKEN is its label, then try again.`,
  "pkcs11-pin-refused-before": ({ token, file }) =>
    `The token “${token}” refused this same PIN before. It is not tried again, so that the token is not locked. Correct the PIN file. If the PIN is right and the token has been unlocked, remove ${file} and start again.`,
  "pkcs11-pin-wrong": ({ token }) =>
    `The token “${token}” refuses the PIN. It is not tried again, because a token locks itself after a few wrong ones. Check the PIN file, and whether the token is locked.`,
  "pkcs11-key-missing": ({ token, key }) =>
    `The token “${token}” holds no key ${key}. Check that it is the right token and that the key was not deleted.`,
  "pkcs11-key-unprotected": ({ token, key }) =>
    `The key ${key} in the token “${token}” can be taken out of it, so it is not used. Make one in the token that cannot.`,
  "issuer-name-fixed": ({ stored, given }) =>
    `The issuing company is “${stored}” since the first start and stands in the certificates of its CAs; it cannot become “${given}”. Set INKAN_ISSUER_NAME to “${stored}” or leave it out, then start again.`,
  "data-folder-in-use": ({ folder }) =>
    `The data folder ${folder} is in use by another process. Stop that one first.`,
  "configuration-invalid": ({ variable, why }) =>
    `The setting ${variable} is not right (${why}). Correct it, then start again.`,
  "backup-invalid": ({ why }) => `The backup cannot be restored (${why}). Choose another backup.`,
  "backup-failed": ({ why }) => `The backup could not be made (${why}). Remove the cause, then run it again.`,
  "backup-tool-missing": ({ tool }) =>
    `The command ${tool} is not installed. Install PostgreSQL's client programs in the server's version or newer, or back up and restore the database with the means of whoever runs it.`,
  "restore-not-empty": ({ where }) =>
    `There is already something in ${where}. A restore overwrites nothing: choose an empty place, or move away what is there.`,
} satisfies { [Code in ProblemCode]: (params: ProblemParams[Code]) => string };

/** A request's state by its code. */
const stateWord = (state: string) => (requests.state as Readonly<Record<string, string>>)[state] ?? state;

/** A mass revocation's state by its code. */
const massState = (state: string) =>
  (massRevocation.state as Readonly<Record<string, string>>)[state] ?? state;

/** A certificate's state by its code. */
const certificateState = (state: string) =>
  (certificates.state as Readonly<Record<string, string>>)[state] ?? state;

/** An operator's state by its code. */
const operatorState = (state: string) => (operator.state as Readonly<Record<string, string>>)[state] ?? state;

const nameIn = (words: Readonly<Record<string, { readonly name: string }>>, code: string) =>
  words[code]?.name ?? code;
const groundName = (ground: string) => nameIn(revocation.ground, ground);
const reasonName = (reason: string) => nameIn(revocation.reason, reason);
const orderState = (state: string) =>
  (revocation.orderState as Readonly<Record<string, string>>)[state] ?? state;

const wait = (seconds: number) => {
  const [count, unit] = seconds < 60 ? [seconds, "second"] : [Math.ceil(seconds / 60), "minute"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
};
