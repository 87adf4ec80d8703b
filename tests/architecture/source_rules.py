"""Rules over the text of one Python file: each takes its path and source and says what breaks the rule."""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

ONE_ROW = frozenset(
    {"create", "acreate", "get_or_create", "aget_or_create", "update_or_create", "aupdate_or_create"}
)
MANY_ROWS = frozenset({"update", "aupdate", "bulk_create", "abulk_create", "bulk_update", "abulk_update"})
ROW_WRITES = ONE_ROW | MANY_ROWS | {"save", "asave", "delete", "adelete", "save_m2m"}
LINK_WRITES = frozenset({"add", "aadd", "remove", "aremove", "set", "aset", "clear", "aclear"})
SESSION = frozenset({"request", "self", "response"})

# The only code that writes a status.
STATUS_WRITER = "core/transitions.py"
# Measuring needs a hundred thousand rows at every stage at once, which no service would make in a day.
# The demonstration itself, one folder up, goes through the services like everybody.
ROWS_BY_THE_THOUSAND = "demo/scale/"
# But for rows made in bulk to measure against, in a database to be thrown away: nobody acted, nothing moved.
BULK_ROWS = "demo/scale/"
# Wagtail's page interface hands its models the request; cms knows no market and decides nothing.
PAGE_MODELS = "cms/"
# Where wiring needs Wagtail's own URL patterns. The settings name its apps as text, which is no import.
WAGTAIL_WIRING = frozenset({"config/urls.py"})


def layer_of(path: str) -> str:
    """`views` for marketplace/views.py and for marketplace/views/bids.py; `` for a file of no layer."""
    parts = PurePosixPath(path).with_suffix("").parts
    return parts[1] if len(parts) > 1 else ""


def called(call: ast.Call) -> str:
    """The last name of what is called: `update` for bids.filter(...).update(...)."""
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def root_name(node: ast.expr) -> str:
    """The name an expression starts from: `request` for request.session.items; `` when it starts from a call."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


# --- A status is written by core/transitions alone ---------------------------------------------------


def model_names(sources: list[tuple[str, str]]) -> frozenset[str]:
    """The names of the classes in the models modules."""
    return frozenset(
        node.name
        for path, source in sources
        if layer_of(path) == "models"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef)
    )


def status_writes(path: str, source: str, models: frozenset[str] = frozenset()) -> list[str]:
    """A status comes from the model's default and changes through a Workflow; nothing else writes one."""
    if path == STATUS_WRITER or path.startswith(BULK_ROWS):
        return []
    return [
        f"{path}:{node.lineno}: writes a status; only Workflow.apply in {STATUS_WRITER} may"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Call) and _writes_status(node, models)
    ]


def _writes_status(node: ast.stmt | ast.Call, models: frozenset[str]) -> bool:
    if isinstance(node, ast.Assign):
        return any(_is_status(target) for whole in node.targets for target in ast.walk(whole))
    if isinstance(node, ast.AugAssign | ast.AnnAssign):
        return _is_status(node.target)
    return isinstance(node, ast.Call) and _call_writes_status(node, models)


def _is_status(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "status" and isinstance(node.ctx, ast.Store)


def _call_writes_status(call: ast.Call, models: frozenset[str]) -> bool:
    name = called(call)
    if name in ("setattr", "__setattr__"):
        return any(_is_word(argument) for argument in call.args)
    if name in ("save", "asave", "bulk_update", "abulk_update"):
        return any(_is_word(node) for part in [*call.args, *call.keywords] for node in ast.walk(part))
    if name in ONE_ROW | {"update", "aupdate"} or name in models:
        return _names_status(call)
    if name in ("bulk_create", "abulk_create"):
        inner = (node for part in call.args for node in ast.walk(part) if isinstance(node, ast.Call))
        return any(_names_status(made) for made in inner)
    return False


def _names_status(call: ast.Call) -> bool:
    """status=... itself, **{"status": ...}, or defaults={"status": ...}."""
    if any(keyword.arg == "status" for keyword in call.keywords):
        return True
    dicts = (keyword.value for keyword in call.keywords if keyword.arg in (None, "defaults", "create_defaults"))
    return any(isinstance(table, ast.Dict) and any(key and _is_word(key) for key in table.keys) for table in dicts)


def _is_word(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value == "status"


# --- The request stays in the views ------------------------------------------------------------------


def requests_below_views(path: str, source: str) -> list[str]:
    """Models, queries, policies and services know people and rows, never a request."""
    below = ("models", "queries", "policies", "services", "states", "notices")
    if layer_of(path) not in below or path.startswith(PAGE_MODELS):
        return []
    return [
        f"{path}:{node.lineno}: uses a request; pass what it needs (by=, at=) instead"
        for node in ast.walk(ast.parse(source))
        if _knows_request(node)
    ]


def _knows_request(node: ast.AST) -> bool:
    if isinstance(node, ast.arg):
        return node.arg == "request"
    if isinstance(node, ast.Name):
        return node.id in ("request", "HttpRequest")
    if isinstance(node, ast.ImportFrom):
        return node.module == "django.http" or any(alias.name == "request" for alias in node.names)
    return isinstance(node, ast.Import) and any(alias.name.startswith("django.http") for alias in node.names)


# --- A view writes nothing ---------------------------------------------------------------------------


def writes_in_views(path: str, source: str) -> list[str]:
    """A view calls one service; it saves, creates, changes and deletes nothing itself."""
    if layer_of(path) != "views":
        return []
    return [
        f"{path}:{node.lineno}: .{called(node)}() in a view; a service writes"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _writes_row(node.func)
    ]


def _writes_row(function: ast.Attribute) -> bool:
    if function.attr in ROW_WRITES:
        return root_name(function.value) not in ("self",)
    # bid.members.add(...) writes links between rows; names.add(...) only fills a set
    linked = isinstance(function.value, ast.Attribute) and root_name(function.value) not in SESSION
    return linked and function.attr in LINK_WRITES


# --- Wagtail stays in cms ----------------------------------------------------------------------------


def wagtail_outside_cms(path: str, source: str) -> list[str]:
    """Only cms imports Wagtail; config/urls.py includes its URL patterns."""
    if path.startswith("cms/") or path in WAGTAIL_WIRING:
        return []
    return [
        f"{path}:{line}: imports {module}; only cms may"
        for line, module in _imports(source)
        if module.split(".")[0] in ("wagtail", "modelcluster", "taggit")
    ]


def _imports(source: str) -> Iterator[tuple[int, str]]:
    """Line and dotted name of each import; `from a import b` counts as a.b."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module or ''}.{alias.name}") for alias in node.names)


# --- Nothing happens behind a save -------------------------------------------------------------------


def hidden_effects(path: str, source: str) -> list[str]:
    """No signal receivers anywhere, no save() or delete() of our own on a model.

    What practitioners say is missing is called a signal too; its modules are the marketplace's own.
    """
    found = [
        f"{path}:{line}: imports {module}; call a service instead of waiting for a signal"
        for line, module in _imports(source)
        if module.startswith("django.dispatch")
        or ("signals" in module.split(".") and not module.startswith("marketplace."))
    ]
    if layer_of(path) == "models":
        found += [
            f"{path}:{node.lineno}: a model with its own {node.name}(); a service does it"
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.FunctionDef) and node.name in ("save", "delete")
        ]
    return found
