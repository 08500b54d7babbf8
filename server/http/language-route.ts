import { z } from "zod";
import { LANGUAGES } from "../kernel/languages.ts";
import { redirect } from "./answer.ts";
import { localPath } from "./language.ts";
import { routesOf } from "./route.ts";

/** POST /language: every site offers it; a GET changes no state, so the switch is a form. */
export const languageRoute = routesOf<object>()({
  method: "POST",
  path: "/language",
  permission: "anyone",
  form: z.object({ language: z.enum(LANGUAGES), return: z.string().max(2000).optional() }),
  handle: ({ form, session }) => {
    session.set("language", form.language);
    return redirect(localPath(form.return));
  },
});
