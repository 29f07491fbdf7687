"""Why something was not done, by subject; `tree` has the root and its branches. All are imported from here."""

from app.domain.refusals.asking import *
from app.domain.refusals.centers import *
from app.domain.refusals.counters import *
from app.domain.refusals.numbers import *
from app.domain.refusals.people import *
from app.domain.refusals.tree import *
