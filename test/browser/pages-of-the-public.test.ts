import { everyPage } from "./every-page.ts";
import { openStage, scriptedStory } from "./stage.ts";

const stage = openStage();

scriptedStory(
  stage,
  "every page of the public site",
  everyPage((people) => people.stranger("public"), ["/", "/problem-reports/new"], 2),
);
