"""The page of diagrams says what the tables say."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from core.diagrams import states_page, workflows

PAGE = Path(settings.BASE_DIR) / "docs" / "reference" / "states.md"


def test_states_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == states_page(), "run manage.py draw_states"


def test_states_page_has_every_step_of_every_table():
    page = states_page()
    for _app, workflow in workflows():
        for step in workflow.steps:
            for source in step.sources:
                assert f"    {source} --> {step.target}: {step.action}\n" in page


def test_command_writes_the_page(settings, tmp_path, capsys):
    settings.BASE_DIR = tmp_path
    call_command("draw_states")
    assert (tmp_path / "docs" / "reference" / "states.md").read_text(encoding="utf-8") == states_page()
    assert "states.md written" in capsys.readouterr().out
