export { subscriberDeskRoutes } from "./desk.ts";
export {
  type DeskCounts,
  deskCounts,
  type EndingContract,
  endingContracts,
} from "./pages.ts";
export { type EnrolmentDeps, registerSubscriber } from "./register-subscriber.ts";
