/** The height of an hour on the board's time axis, in px. */
export const HOUR_PX = 72;
export const PX_PER_MIN = HOUR_PX / 60;
/** The width of the time axis and the least width of a technician's column, in px. */
export const AXIS_PX = 52;
export const COLUMN_PX = 118;
export const HEAD_PX = 68;
