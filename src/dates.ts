/**
 * The functions of date-fns that the bot uses. They are imported here and nowhere else, each by itself: Node parses
 * the package's 200 kB package.json once for every import of it, and the whole package is three hundred modules.
 */
export { addMilliseconds } from 'date-fns/addMilliseconds';
export { compareAsc } from 'date-fns/compareAsc';
export { compareDesc } from 'date-fns/compareDesc';
export {
  millisecondsInDay,
  millisecondsInHour,
  millisecondsInMinute,
  millisecondsInSecond,
} from 'date-fns/constants';
export { differenceInMilliseconds } from 'date-fns/differenceInMilliseconds';
export { getUnixTime } from 'date-fns/getUnixTime';
export { isEqual } from 'date-fns/isEqual';
export { isValid } from 'date-fns/isValid';
export { max } from 'date-fns/max';
export { min } from 'date-fns/min';
export { subMilliseconds } from 'date-fns/subMilliseconds';
