"""Who acts: handed to every operation as `by`, never fetched from the air."""

from __future__ import annotations

from dataclasses import dataclass

from hongxian.kernel.permissions import ABOUT_MEMBERS, ROLE_PERMISSIONS, Permission, Role
from hongxian.kernel.refusal import NotAllowed

ON_THE_WALL = frozenset({Permission.REPORTS_BOARD_READ})
COMPANY = 0  # the city of traces and acts that belong to no city


@dataclass(frozen=True, slots=True)
class Actor:
    """A member of staff, or the system, as the database knew them when this request began."""

    staff_id: int
    role: Role
    alias: str = ""
    city_id: int = COMPANY
    store_id: int | None = None
    team_id: int | None = None
    store_name: str = ""
    tier: str | None = None
    active: bool = True
    trained: bool = False
    agreement_live: bool = False
    process: str = "desk"
    wall: bool = False  # a screen on the wall: whoever hung it up may more, it sees the board

    @classmethod
    def system(cls, task: str, *, city_id: int = COMPANY) -> Actor:
        """A machine acting by a rule; `task` names the rule in traces. Its staff id is 0."""
        return cls(
            staff_id=0,
            role=Role.SYSTEM,
            alias=task,
            city_id=city_id,
            trained=True,
            agreement_live=True,
            process="worker",
        )

    @classmethod
    def member(cls, *, city_id: int) -> Actor:
        """The person themselves, in the portal. Whose data they see hangs on their visit, not on this. The staff id is 0."""
        return cls(
            staff_id=0, role=Role.MEMBER, city_id=city_id, trained=True, agreement_live=True, process="portal", alias="member"
        )

    def reason_against(self, permission: Permission) -> str | None:
        """Why this actor may not; None when they may. The order is the order of the decision (docs/privacy)."""
        if not self.active:
            return "inactive"
        if permission not in ROLE_PERMISSIONS[self.role] or (self.wall and permission not in ON_THE_WALL):
            return "role"
        if permission in ABOUT_MEMBERS:
            if not self.trained:
                return "training"
            if not self.agreement_live:
                return "agreement"
        return None

    def may(self, permission: Permission) -> bool:
        """Whether this actor holds the permission now."""
        return self.reason_against(permission) is None

    def require(self, permission: Permission) -> None:
        """:raises NotAllowed: with the reason, when the actor does not hold the permission."""
        reason = self.reason_against(permission)
        if reason is not None:
            raise NotAllowed(reason)
