import { everyPage } from "./every-page.ts";
import { openStage, scriptedStory } from "./stage.ts";

const stage = openStage();

scriptedStory(
  stage,
  "every page of the desk",
  everyPage((people) => people.staffWithSecondFactor("admin"), ["/"], 20),
);
