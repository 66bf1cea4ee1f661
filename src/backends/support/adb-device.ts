// A device as the adb server lists it.

/** What its server says of a device. Only `device` can be used. */
export type AdbState =
  | 'authorizing'
  | 'bootloader'
  | 'connecting'
  | 'device'
  | 'host'
  | 'no permissions'
  | 'offline'
  | 'recovery'
  | 'rescue'
  | 'sideload'
  | 'unauthorized';

export interface AdbDevice {
  /** By which adb is told which one is meant: its number, or its place on the bus (`usb:1-2`) where others have that too. */
  serial: string;
  state: AdbState;
  model?: string;
  /** The number that others have too. */
  sharedSerial?: string;
}

const STATES =
  'authorizing|bootloader|connecting|device|host|no permissions|offline|recovery|rescue|sideload|unauthorized';
const DEVICE_LINE = new RegExp(`^(.+?)\\s+(${STATES})(?=\\s|;|$)(.*)$`);

/** Lines such as `R58M30XXXX device usb:1-1 product:beyond1 model:SM_G973F device:beyond1 transport_id:3`. */
export function parseDevices(text: string): AdbDevice[] {
  const lines = text.split('\n').flatMap((line) => {
    const [, serial, state, rest = ''] = DEVICE_LINE.exec(line.trim()) ?? [];
    return serial === undefined ? [] : [{ serial, state, rest }];
  });
  return lines.map(({ serial, state, rest }) => {
    const model = /\bmodel:(\S+)/.exec(rest)?.[1]?.replaceAll('_', ' ');
    const place = /\busb:\S+/.exec(rest)?.[0];
    const isShared = lines.filter((line) => line.serial === serial).length > 1;
    return {
      // Cheap phones are all made with one number; adb takes a place on the bus for a serial number everywhere.
      ...(isShared && place !== undefined ? { serial: place, sharedSerial: serial } : { serial }),
      state: state as AdbState, // the pattern admits only these
      ...(model !== undefined && { model }),
    };
  });
}
