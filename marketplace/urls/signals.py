"""Addresses of signals."""

from django.urls import URLPattern, path

from marketplace.views import signal_decisions as decisions
from marketplace.views import signals

urlpatterns: list[URLPattern] = [
    path("signals/", signals.signal_list, name="signal-list"),
    path("signals/new/", signals.signal_give, name="signal-give"),
    path("signals/<int:pk>/", signals.signal_detail, name="signal-detail"),
    path("signals/<int:pk>/support/", signals.signal_support, name="signal-support"),
    path("signals/<int:pk>/support/take-back/", signals.signal_take_back_support, name="signal-take-back-support"),
    path("signals/<int:pk>/withdraw/", signals.signal_withdraw, name="signal-withdraw"),
    path("signals/<int:pk>/merge/", decisions.signal_merge, name="signal-merge"),
    path("signals/<int:pk>/part/", decisions.signal_part, name="signal-part"),
    path("signals/<int:pk>/answer/", decisions.signal_answer, name="signal-answer"),
    path("signals/<int:pk>/set-aside/", decisions.signal_set_aside, name="signal-set-aside"),
    path("signals/<int:pk>/reopen/", decisions.signal_reopen, name="signal-reopen"),
    path("signals/<int:pk>/share/", decisions.signal_share, name="signal-share"),
    path("needs/<int:pk>/signals/", decisions.need_signals, name="need-signals"),
    path("needs/<int:pk>/signals/<int:signal>/unlink/", decisions.need_unlink_signal, name="need-unlink-signal"),
]
