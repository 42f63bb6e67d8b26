// Loaded before an app (NODE_OPTIONS=--require): its wall clock is off by as many milliseconds as the file WALL_CLOCK says,
// and jumps when that changes. The monotonic clock and timers are left alone, as by a step of a real machine's clock.
const { readFileSync, watchFile } = require('node:fs');

const file = process.env.WALL_CLOCK;
const OwnDate = Date;
const ownNow = OwnDate.now.bind(OwnDate);
let offsetMs = 0;
const look = () => {
  try {
    offsetMs = Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    offsetMs = 0;
  }
};
look();
watchFile(file, { interval: 100, persistent: false }, look);

class WrongDate extends OwnDate {
  constructor(...values) {
    if (values.length === 0) super(ownNow() + offsetMs);
    else super(...values);
  }
  static now() {
    return ownNow() + offsetMs;
  }
}
globalThis.Date = WrongDate;
