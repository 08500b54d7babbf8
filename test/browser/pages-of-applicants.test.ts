import { everyPage } from "./every-page.ts";
import { openStage, scriptedStory } from "./stage.ts";

const stage = openStage();

scriptedStory(
  stage,
  "every page of the public site",
  everyPage((people) => people.stranger("public"), ["/"], 1),
);
scriptedStory(
  stage,
  "every page of the applicant site before signing in",
  everyPage((people) => people.stranger("applicant"), ["/login", "/password-reset/sent"], 3),
);
scriptedStory(
  stage,
  "every page of the applicant site",
  everyPage((people) => people.applicant(), ["/", "/password"], 20),
);
