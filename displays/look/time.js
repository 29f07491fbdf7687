// Moments and lengths as people read them. All moments are milliseconds since 1970 UTC.

// Vietnam has one time zone and no summer time; phones and PCs abroad still show the center's wall clock.
const HANOI = 7 * 3600 * 1000;

const two = (figure) => String(figure).padStart(2, "0");

/** "15:17" on the center's wall clock. */
export function clockTime(moment) {
  const here = new Date(moment + HANOI);
  return `${two(here.getUTCHours())}:${two(here.getUTCMinutes())}`;
}

/** "03/04/2020" on the center's wall clock. */
export function dateOf(moment) {
  const here = new Date(moment + HANOI);
  return `${two(here.getUTCDate())}/${two(here.getUTCMonth() + 1)}/${here.getUTCFullYear()}`;
}

/** A running time: "0:07", "12:40", "1:02:09". */
export function running(length) {
  const seconds = Math.max(0, Math.floor(length / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** A wait in words: "dưới 1 phút", "25 phút", "1 giờ 5 phút". */
export function waitWords(length) {
  const minutes = Math.floor(Math.max(0, length) / 60000);
  if (minutes < 1) return "dưới 1 phút";
  const hours = Math.floor(minutes / 60);
  return hours ? `${hours} giờ ${minutes % 60} phút` : `${minutes} phút`;
}
