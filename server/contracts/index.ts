export { type Contract, lastDay } from "./contract.ts";
export { addContract, contractInForce } from "./store.ts";
export { contractTables } from "./tables.ts";
