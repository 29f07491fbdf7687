// What those who work at counters are called: rows and events name them by login.
import { painted } from "../look/live.js";

const names = new Map(painted().clerks.map(({ login, name }) => [login, name]));

/** The name of a login; whoever may work here no more is called by the login. */
export const nameOf = (login) => names.get(login) ?? login;
