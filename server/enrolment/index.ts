export { type EnrolmentDeps, registerSubscriber } from "./register-subscriber.ts";
