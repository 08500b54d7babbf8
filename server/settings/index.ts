export { cachedSettings, type Settings } from "./cached-settings.ts";
export { readSetting, writeSetting } from "./store.ts";
