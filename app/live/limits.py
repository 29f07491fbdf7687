"""How many sockets one process holds: in all, from one address, of one account."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Limits:
    """Counts who is there. Who has an account (staff, a paired device) is counted by it, everybody else by
    address: a center's devices and citizens share one."""

    total: int
    per_address: int
    per_account: int
    _there: Counter[str] = field(default_factory=Counter)
    _count: int = 0

    def enter(self, address: str, account: str = "") -> bool:
        """Count one more, if there may be one more."""
        name = account or address
        most = self.per_account if account else self.per_address
        if self._count >= self.total or self._there[name] >= most:
            return False
        self._there[name] += 1
        self._count += 1
        return True

    def leave(self, address: str, account: str = "") -> None:
        name = account or address
        self._there[name] -= 1
        self._count -= 1
        if not self._there[name]:
            del self._there[name]
