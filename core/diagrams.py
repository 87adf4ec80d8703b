"""The workflow tables as pages people can read."""

from collections.abc import Iterator
from importlib import import_module

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from core.roles import ROLES
from core.transitions import Step, Workflow

HEAD = """# States

Written by `manage.py draw_states` from the tables in each app's `states.py`; a test fails when it is out of date.
A diagram shows what may become of a thing. The table beneath it says which roles may do it and which notice
follows; where no role stands there, the clock or another act does it. What the clock alone decides (an opportunity
opens and closes) is in no table: it is read from the times of the row.
"""


def workflows() -> Iterator[tuple[str, Workflow]]:
    """Every workflow with the app it belongs to, in the order of the apps and of their states.py."""
    for config in apps.get_app_configs():
        if config.module is None or not module_has_submodule(config.module, "states"):
            continue
        module = import_module(f"{config.name}.states")
        for value in vars(module).values():
            if isinstance(value, Workflow):
                yield config.label, value


def states_page() -> str:
    """All workflows as one page of Markdown with a Mermaid diagram each."""
    return "\n".join([HEAD, *(_section(app, workflow) for app, workflow in workflows())])


def _section(app: str, workflow: Workflow) -> str:
    lines = [
        f"## {_capital(workflow.name.replace('_', ' '))}",
        "",
        f"`{app}.states`: {', '.join(str(label) for label in workflow.states.labels)}.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        *(f'    state "{state.label}" as {state.value}' for state in workflow.states),
        *_beginnings(workflow),
        *(f"    {source} --> {step.target}: {step.action}" for step in workflow.steps for source in step.sources),
        "```",
        "",
        "| act | from | to | who | notice |",
        "|---|---|---|---|---|",
        *(_row(workflow, step) for step in workflow.steps),
        "",
    ]
    return "\n".join(lines)


def _beginnings(workflow: Workflow) -> list[str]:
    """Where a row starts: the first state of the enumeration, unless the table names others."""
    return [f"    [*] --> {state}" for state in workflow.beginnings]


def _row(workflow: Workflow, step: Step) -> str:
    label = {state.value: str(state.label) for state in workflow.states}
    cells = (
        step.action.replace("_", " "),
        ", ".join(label[source] for source in step.sources),
        label[step.target],
        _who(step),
        f"`{step.notice}`" if step.notice else "",
    )
    return f"| {' | '.join(cells)} |"


def _who(step: Step) -> str:
    if step.permission is None:
        return ""
    holders = [role for role, row in ROLES.items() if step.permission in row.permissions]
    return ", ".join(f"{role.label} ({ROLES[role].kind.label})" for role in holders)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
