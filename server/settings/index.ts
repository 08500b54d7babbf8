export { cachedSettings, type Settings } from "./cached-settings.ts";
export { SETTINGS, type Setting, type SettingKey } from "./setting.ts";
export { readSetting, writeSetting } from "./store.ts";
