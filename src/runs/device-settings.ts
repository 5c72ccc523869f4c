import type { RunEnvironment } from "./run-environment.js";

/** What a run's device was set to, as far as ethtool said so. */
export interface DeviceSettings {
  /** `rx-usecs` of `ethtool -c`: how long an interrupt waits for more packets, in microseconds. */
  readonly rxUsecs?: number;
  /** Descriptors of a TX ring, the current ones of `ethtool -g`. */
  readonly txRing?: number;
}

/**
 * Interrupt coalescing and ring of a run's device, from `ethtool -c` and `ethtool -g` among its environment; what a driver does not have
 * (`n/a`) is absent.
 *
 * Source: ethtool's netlink/coalesce.c and netlink/rings.c, whose lists have a name, a colon and a number.
 * @example
 * deviceSettings({ "ethtool-c": { file: "ethtool-c.eth0.txt", text: "Coalesce parameters for eth0:\nrx-usecs: 30\n" } }) // { rxUsecs: 30 }
 */
export function deviceSettings({ "ethtool-c": coalescing, "ethtool-g": rings }: RunEnvironment): DeviceSettings {
  const current = rings?.text.split(/^Current hardware settings:/m)[1];
  const [rxUsecs, txRing] = [
    settingOf(coalescing?.text, /^rx-usecs:\s*(\d{1,9})\s*$/m),
    settingOf(current, /^TX:\s*(\d{1,9})\s*$/m),
  ];
  return { ...(rxUsecs !== undefined && { rxUsecs }), ...(txRing !== undefined && { txRing }) };
}

function settingOf(text: string | undefined, line: RegExp): number | undefined {
  const digits = line.exec(text ?? "")?.[1];
  return digits === undefined ? undefined : Number(digits);
}
