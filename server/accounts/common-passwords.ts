import { readFileSync } from "node:fs";

/**
 * What attackers try first: passwords known from breaches, the same with a little decoration ("P@ssword2026!"),
 * repetitions and walks over the keyboard (NIST SP 800-63B 3.1.1.2: commonly used, expected or compromised).
 */
const KNOWN = new Set(
  readFileSync(new URL("./common-passwords.txt", import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#")),
);

/** Decoration that does not make a known word another password: as many digits and signs as a date and a mark need. */
const DECORATION_LIMIT = 9;
const SHORTEST_RUN = 4;

const WALKS = [
  "01234567890123456789",
  "abcdefghijklmnopqrstuvwxyz",
  "qwertyuiop",
  "asdfghjkl",
  "zxcvbnm",
  "qazwsxedcrfvtgbyhnujmikolp",
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol",
  "1q2w3e4r5t6y7u8i9o0p",
  "!@#$%^&*()",
].flatMap((walk) => [walk, [...walk].reverse().join("")]);

const LOOKALIKES: Readonly<Record<string, string>> = {
  "@": "a",
  "4": "a",
  "3": "e",
  "1": "i",
  "!": "i",
  "0": "o",
  $: "s",
  "5": "s",
  "7": "t",
};

/** Is this password, or what it is made from, among the first that anybody would try? */
export function isCommonPassword(password: string): boolean {
  const text = password.normalize("NFKC").toLowerCase();
  return KNOWN.has(text) || isDecoratedWord(text) || isRepetition(text) || isWalk(text);
}

function isDecoratedWord(text: string): boolean {
  const core = text.replace(/^[^a-z]+/, "").replace(/[^a-z]+$/, "");
  if (text.length - core.length <= DECORATION_LIMIT && KNOWN.has(core)) return true;
  // Look-alikes only inside the word: "p@ssw0rd" is a word, the digits around it are decoration.
  const [, word = ""] = /^[^a-z@$]*(.*?)[^a-z]*$/.exec(text) ?? [];
  const plain = [...word].map((character) => LOOKALIKES[character] ?? character).join("");
  return text.length - word.length <= DECORATION_LIMIT && KNOWN.has(plain);
}

/** "abcabcabcabc", "passwordpassword", "aaaaaaaaaaab": one unit over and over. */
function isRepetition(text: string): boolean {
  if (new Set(text).size <= 3) return true;
  for (let size = 1; size <= text.length / 2; size += 1) {
    const unit = text.slice(0, size);
    const repeated = unit.repeat(Math.ceil(text.length / size)).slice(0, text.length);
    if (repeated === text && (size <= 6 || KNOWN.has(unit))) return true;
  }
  return false;
}

/** "1234567890qwerty": nothing, or hardly anything, remains once the runs along keyboard and alphabet are taken out. */
function isWalk(text: string): boolean {
  let outside = 0;
  for (let at = 0; at < text.length; ) {
    const run = longestRun(text.slice(at));
    if (run < SHORTEST_RUN) outside += 1;
    at += run < SHORTEST_RUN ? 1 : run;
  }
  return outside <= 2;
}

function longestRun(text: string): number {
  let length = 0;
  while (length < text.length && WALKS.some((walk) => walk.includes(text.slice(0, length + 1)))) length += 1;
  return length;
}
