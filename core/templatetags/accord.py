"""How values are shown. Every template has these without {% load %}."""

import datetime
import re

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxSelectMultiple, MultiWidget, RadioSelect
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import money
from core.forms.dates import LONDON
from core.forms.text import count_words

register = template.Library()

# Django's Welsh catalogue misspells this month; named here, the word of our own catalogue comes first.
JULY = gettext_noop("July")
NOON = datetime.time(12)
MIDNIGHT = datetime.time(0)
HOUR = 60
MOST_IN_MINUTES = 90


@register.filter
def pounds(amount_pence: int | None) -> str:
    """£1,234.56 from 123,456 pence; nothing from none."""
    return "" if amount_pence is None else money.pounds(amount_pence)


@register.filter
def percent_bps(rate_bps: int | None) -> str:
    """12.5% from 1,250 basis points; nothing from none."""
    return "" if rate_bps is None else money.percent(rate_bps)


@register.filter
def day(value: datetime.date | None) -> str:
    """Tuesday 4 March 2027, in the reader's language; of a moment, the day it is in London."""
    if not value:
        return ""
    if isinstance(value, datetime.datetime):
        value = timezone.localtime(value, LONDON)
    return format_date(value, "l j F Y")


@register.filter
def clock(value: datetime.datetime | None) -> str:
    """3:30pm, 12 noon or midnight, in London."""
    if not value:
        return ""
    local = timezone.localtime(value, LONDON).time().replace(second=0, microsecond=0)
    if local == NOON:
        return _("12 noon")
    if local == MIDNIGHT:
        return _("midnight")
    shown = f"{local.hour % 12 or 12}:{local.minute:02}" if local.minute else f"{local.hour % 12 or 12}"
    return (_("%(time)sam") if local < NOON else _("%(time)spm")) % {"time": shown}


@register.filter
def when(value: datetime.datetime | None) -> str:
    """Tuesday 4 March 2027, 12 noon: a moment as clocks in London show it, in the reader's language."""
    return f"{day(value)}, {clock(value)}" if value else ""


@register.filter
def lasting(minutes: int) -> str:
    """25 min; above an hour and a half in hours and minutes: 3 h 49 min, 2 h."""
    hours, rest = divmod(minutes, HOUR)
    if minutes <= MOST_IN_MINUTES:
        return _("%(minutes)d min") % {"minutes": minutes}
    if not rest:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


@register.filter
def words(text: str | None) -> int:
    """How many words, counted as the forms count them."""
    return count_words(text or "")


@register.filter
def own_links(text: str) -> SafeString:
    """A text with the addresses of our own pages as links; others stay words, for whoever wrote them is not us."""
    # Taken apart into text, path, text, path … text.
    *told, end = re.split(re.escape(settings.SITE_URL) + r"(/(?!/)[\w/-]*)", text)
    pairs = zip(told[::2], told[1::2], strict=True)
    rows = ((before, path, f"{settings.SITE_URL}{path}") for before, path in pairs)
    return format_html("{}{}", format_html_join("", '{}<a href="{}">{}</a>', rows), end)


@register.filter
def first_input_id(field: BoundField) -> str:
    """Where a link to the field must lead: its box, or the first of its boxes."""
    named = field.id_for_label
    if not named and isinstance(field.field.widget, (MultiWidget, RadioSelect, CheckboxSelectMultiple)):
        return f"{field.auto_id}_0"
    return named or str(field.auto_id)
