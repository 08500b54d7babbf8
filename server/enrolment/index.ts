export { type EnrolmentDeps, registerSubscriber } from "./register-subscriber.ts";
export { type PublicDeps, publicRoutes } from "./public.ts";
