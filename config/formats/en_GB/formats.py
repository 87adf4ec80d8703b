"""How dates are written: Tuesday 4 March 2027."""

DATE_FORMAT = "l j F Y"
SHORT_DATE_FORMAT = "j M Y"
TIME_FORMAT = "g:i a"
DATETIME_FORMAT = "l j F Y, g:i a"
