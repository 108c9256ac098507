"""Roles, and the tree of permissions that they are made of."""

from typing import Annotated

import msgspec

from backend.api.admin.query import DEFAULT_LIMIT, Cursor, Limit, Number, SearchText
from backend.api.admin.words import Name, Version, row_id
from backend.api.http.call import Call
from backend.api.http.caller import find_caller
from backend.api.http.route import Route
from backend.domain import errors
from backend.domain.adjustment import LARGEST_LIMIT_FEN
from backend.domain.permission import Permission
from backend.domain.permission_tree import permission_tree
from backend.domain.role_preset import PRESETS
from backend.services.staff.create_role import create_role
from backend.services.staff.delete_role import delete_role
from backend.services.staff.edit_role import edit_role
from backend.services.staff.role_terms import RoleTerms
from backend.services.views.desk.get_role_for_staff import get_role_for_staff
from backend.services.views.desk.list_roles_for_staff import RolePage, list_roles_for_staff
from backend.services.views.desk.staff_views import RoleRow


class RolesQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`q` is part of a name."""

    q: SearchText | None = None
    operator_no: Number | None = None
    cursor: Cursor | None = None
    limit: Limit = DEFAULT_LIMIT


class RoleInput(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`adjustment_limit_fen`: what one person may adjust on a day without a second one."""

    name: Name
    permissions: Annotated[tuple[Permission, ...], msgspec.Meta(max_length=200)]
    needs_second_factor: bool = False
    adjustment_limit_fen: Annotated[int, msgspec.Meta(ge=0, le=LARGEST_LIMIT_FEN)] = 0


class NewRole(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`operator_no` None: the caller's own operator."""

    terms: RoleInput
    operator_no: Number | None = None


class RoleEdit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    terms: RoleInput
    row_version: Version


class PermissionPageView(msgspec.Struct, frozen=True, kw_only=True):
    """`permissions` begins with the one that opens the page; the others are its buttons."""

    key: str
    title: str
    permissions: tuple[Permission, ...]


class PermissionGroupView(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    pages: tuple[PermissionPageView, ...]


class PresetView(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    note: str
    permissions: tuple[Permission, ...]


class PermissionTree(msgspec.Struct, frozen=True, kw_only=True):
    """`grantable` are the permissions of the caller, who can grant no others."""

    groups: tuple[PermissionGroupView, ...]
    presets: tuple[PresetView, ...]
    grantable: tuple[str, ...]


async def list_all(call: Call[None, RolesQuery]) -> RolePage:
    """Roles in the caller's scope, oldest first."""
    query = call.query
    return await call.read_slowly(
        list_roles_for_staff,
        actor=call.actor,
        text=query.q,
        operator_no=query.operator_no,
        cursor=query.cursor,
        limit=query.limit,
    )


async def show_tree(call: Call[None, None]) -> PermissionTree:
    """Every permission in its place, and roles to begin with."""
    groups = (
        PermissionGroupView(
            title=group.title,
            pages=tuple(
                PermissionPageView(key=page.key, title=page.title, permissions=page.permissions)
                for page in group.pages
            ),
        )
        for group in permission_tree()
    )
    presets = (
        PresetView(name=preset.name, note=preset.note, permissions=tuple(sorted(preset.permissions)))
        for preset in PRESETS
    )
    return PermissionTree(
        groups=tuple(groups), presets=tuple(presets), grantable=tuple(sorted(call.actor.permissions))
    )


async def create(call: Call[NewRole, None]) -> RoleRow:
    """A new role. A second click finds the name taken."""
    role_id = await call.transact(
        create_role,
        actor=call.actor,
        operator_no=call.body.operator_no,
        terms=_terms_of(call.body.terms),
        caller=find_caller(call),
        now=call.now,
    )
    return await call.transact(get_role_for_staff, actor=call.actor, role_id=role_id)


async def show(call: Call[None, None]) -> RoleRow:
    """One role, to be changed."""
    return await call.transact(get_role_for_staff, actor=call.actor, role_id=row_id(call.path["role_id"]))


async def edit(call: Call[RoleEdit, None]) -> RoleRow:
    """Everybody who has the role may do other things at once."""
    role_id = row_id(call.path["role_id"])
    await call.transact(
        edit_role,
        actor=call.actor,
        role_id=role_id,
        terms=_terms_of(call.body.terms),
        row_version=call.body.row_version,
        caller=find_caller(call),
        now=call.now,
    )
    return await call.transact(get_role_for_staff, actor=call.actor, role_id=role_id)


async def delete(call: Call[None, None]) -> None:
    """A role that nobody has goes."""
    await call.transact(
        delete_role,
        actor=call.actor,
        role_id=row_id(call.path["role_id"]),
        caller=find_caller(call),
        now=call.now,
    )


def _terms_of(typed: RoleInput) -> RoleTerms:
    return RoleTerms(
        name=typed.name.strip(),
        permissions=frozenset(typed.permissions),
        needs_second_factor=typed.needs_second_factor,
        adjustment_limit_fen=typed.adjustment_limit_fen,
    )


_TERMS_ERRORS = (errors.BeyondOwnRights, errors.RoleNameTaken, errors.SecondFactorUnavailable)

ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/admin/roles",
        scope=Permission.STAFF_READ,
        handle=list_all,
        summary="角色列表",
        errors=(errors.InvalidCursor,),
        tag="admin_roles",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/permissions",
        scope=Permission.STAFF_READ,
        handle=show_tree,
        summary="权限树和预设角色",
        tag="admin_roles",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/roles",
        scope=Permission.ROLE_EDIT,
        handle=create,
        summary="新建角色",
        errors=(errors.OperatorNotFound, *_TERMS_ERRORS),
        status=201,
        tag="admin_roles",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/roles/{role_id}",
        scope=Permission.STAFF_READ,
        handle=show,
        summary="一个角色",
        errors=(errors.RoleNotFound,),
        tag="admin_roles",
    ),
    Route(
        method="PUT",
        path="/api/v1/admin/roles/{role_id}",
        scope=Permission.ROLE_EDIT,
        handle=edit,
        summary="修改角色",
        errors=(errors.RoleNotFound, errors.RowChanged, errors.LastSuperAdministrator, *_TERMS_ERRORS),
        tag="admin_roles",
    ),
    Route(
        method="DELETE",
        path="/api/v1/admin/roles/{role_id}",
        scope=Permission.ROLE_EDIT,
        handle=delete,
        summary="删除角色",
        errors=(errors.RoleNotFound, errors.BeyondOwnRights, errors.RoleInUse),
        tag="admin_roles",
    ),
)
