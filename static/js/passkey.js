/*
 * Passkeys: the form carries the server's options, the browser asks for fingerprint, face, PIN or security key, and
 * the answer goes back as an ordinary form. A browser without passkeys says so; authenticator apps work everywhere.
 */

const CEREMONIES = {
  create: (options) =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
  get: (options) =>
    navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
};

const supported =
  typeof PublicKeyCredential === "function" &&
  typeof PublicKeyCredential.parseCreationOptionsFromJSON === "function";

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const without = form.parentElement.querySelector("[data-passkey-without]");
  if (supported) prepare(form, without);
  else if (without) without.textContent = form.dataset.unsupported;
}

function prepare(form, without) {
  const said = form.querySelector("[data-passkey-said]");
  const button = form.querySelector("button[type=submit]");
  let asking = false;
  if (without) without.hidden = true;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (asking) return;
    asking = true;
    said.hidden = true;
    try {
      const credential = await CEREMONIES[form.dataset.passkey](JSON.parse(form.dataset.options));
      form.elements.credential.value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch {
      // Cancelled, timed out, or already registered on this device: the person may simply try again.
      said.textContent = form.dataset.failed;
      said.hidden = false;
      button.focus();
    } finally {
      asking = false;
    }
  });
}
