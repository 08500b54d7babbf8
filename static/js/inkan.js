/*
 * Small comforts. Every page works without this file: buttons that need it are hidden until it runs, and htmx only
 * makes links and forms smoother. No inline handlers, nothing that needs eval.
 */

const LIMIT = 64 * 1024;

/** Prepares what has just arrived: the whole document at first, a swapped part later. */
function prepare(root) {
  for (const box of root.querySelectorAll("[data-copy]")) prepareCopy(box);
  for (const button of root.querySelectorAll("button[data-password]")) preparePassword(button);
  for (const field of root.querySelectorAll("[data-drop]")) prepareDrop(field);
  for (const all of root.querySelectorAll("input[data-select-all]")) prepareSelectAll(all);
}

function once(element) {
  if (element.dataset.ready) return false;
  element.dataset.ready = "yes";
  return true;
}

function prepareCopy(box) {
  const button = box.querySelector("button");
  if (!once(box) || !button || !navigator.clipboard) return;
  const said = box.querySelector(".copy-said");
  button.hidden = false;
  button.addEventListener("click", async () => {
    const copied = await navigator.clipboard.writeText(box.querySelector("code").textContent).then(
      () => true,
      () => false,
    );
    said.textContent = copied ? box.dataset.copied : box.dataset.failed;
    said.classList.toggle("failed", !copied);
    setTimeout(() => {
      said.textContent = "";
    }, 4000);
  });
}

function preparePassword(button) {
  const input = document.getElementById(button.dataset.password);
  if (!once(button) || !input) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const show = input.type === "password";
    input.type = show ? "text" : "password";
    button.textContent = show ? button.dataset.hide : button.dataset.show;
    button.setAttribute("aria-pressed", String(show));
  });
  // A shown password must not be remembered by the browser as an ordinary text.
  input.form?.addEventListener("submit", () => {
    input.type = "password";
  });
}

/** A text area that also takes a file, dropped or chosen: a CSR, a list of names. */
function prepareDrop(field) {
  const area = field.querySelector("textarea");
  const tools = field.querySelector("[data-drop-tools]");
  if (!once(field) || !area) return;
  const take = async (file) => {
    // Cut rather than refused: the server says what is wrong with it.
    area.value = await file.slice(0, LIMIT).text();
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.dispatchEvent(new Event("change", { bubbles: true }));
    area.focus();
  };
  if (tools) {
    tools.hidden = false;
    const chooser = tools.querySelector("[data-drop-file]");
    chooser.addEventListener("change", () => {
      if (chooser.files[0]) take(chooser.files[0]);
      chooser.value = "";
    });
  }
  field.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    field.classList.add("dropping");
  });
  field.addEventListener("dragleave", () => field.classList.remove("dropping"));
  field.addEventListener("drop", (event) => {
    field.classList.remove("dropping");
    if (!event.dataTransfer.files[0]) return;
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  });
}

/** One box that ticks all boxes of its form with the name in data-select-all. */
function prepareSelectAll(all) {
  const form = all.form;
  if (!once(all) || !form) return;
  const boxes = () => [...form.querySelectorAll(`input[type=checkbox][name="${all.dataset.selectAll}"]`)];
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
  });
  form.addEventListener("change", () => {
    const ticked = boxes().filter((box) => box.checked).length;
    all.checked = ticked > 0 && ticked === boxes().length;
    all.indeterminate = ticked > 0 && !all.checked;
  });
}

/** After a swap the focus goes where the news is: the error summary, else what asks for it, else stays. */
function moveFocus(root) {
  const target = root.querySelector("#error-summary, [data-focus], h1[tabindex]");
  if (target) target.focus({ preventScroll: false });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const search = document.querySelector("input[type=search]");
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});

document.addEventListener("htmx:after:swap", (event) => {
  prepare(document);
  // Polling and live streams must not pull the focus away from what somebody is doing: only deeds move it.
  const deed = event.detail?.ctx?.sourceEvent?.type;
  if (deed !== "submit" && deed !== "click") return;
  // After an outerHTML swap ctx.target is the element that left; the event then comes from the one that arrived.
  const swapped = event.detail.ctx.target;
  moveFocus(swapped instanceof Element && swapped.isConnected ? swapped : event.target);
});

prepare(document);
document.getElementById("error-summary")?.focus();
