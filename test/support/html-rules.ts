import type { ConfigData } from "html-validate";

/** What counts as valid HTML here; the style of the source (spaces, long titles) is left to the templates. */
export const HTML_RULES: ConfigData = {
  extends: ["html-validate:recommended"],
  rules: {
    "no-trailing-whitespace": "off",
    "long-title": "off",
    "void-style": "off",
    "no-inline-style": "error",
    "no-implicit-button-type": "error",
    // Boxes of one question share a name, as radio buttons do.
    "form-dup-name": ["error", { shared: ["radio", "checkbox", "submit", "button"] }],
  },
};
