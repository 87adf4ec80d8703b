"""Whether the organisation has done such work before."""

from django.utils.translation import gettext_lazy, ngettext

from providers.checks.check import GRANT_BASIS, Check, Question
from providers.matrix import How


class TrackRecord(Check):
    """Examples in your own words first, references from others where more money is at stake."""

    code = "track_record"
    place = 150
    ways = (How.NOT_ASKED, How.SELF_DECLARED, How.EVIDENCE)
    name = gettext_lazy("Track record")
    legal_basis = gettext_lazy("Procurement Act 2023, section 22: technical ability, in proportion.")
    grant_basis = GRANT_BASIS
    sponsor_can_cover = True
    takes_count = gettext_lazy("references")

    def counted(self, count: int) -> str:
        """1 reference, 2 references."""
        return ngettext("%(n)s reference", "%(n)s references", count) % {"n": count}

    def why(self, asked: Question) -> str:
        """How many, and in whose words."""
        if asked.how is How.NOT_ASKED:
            return asked.not_justified()
        count = asked.cell.count or 1
        if asked.how is How.EVIDENCE:
            sentence = ngettext(
                "A share of %(share)s is %(band)s, so we ask for %(count)d reference from somebody you worked "
                "for.",
                "A share of %(share)s is %(band)s, so we ask for %(count)d references from people you worked for.",
                count,
            )
        else:
            sentence = ngettext(
                "A share of %(share)s is %(band)s, so you tell us in your own words of %(count)d piece of work "
                "like this.",
                "A share of %(share)s is %(band)s, so you tell us in your own words of %(count)d pieces of work "
                "like this.",
                count,
            )
        return sentence % {**asked.words, "count": count}


CHECK = TrackRecord()
