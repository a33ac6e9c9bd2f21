"""Runs of bytes that texts of news are made of: stored texts are written as their numbers, a byte for each.

Trained on English news in the way of FSST (Boncz, Neumann, Leis, https://www.vldb.org/pvldb/vol13/p2649-boncz.pdf).
Part of the stored format, as the dictionary is: every run keeps its number within a layout.
"""

from dedupe._kernels import Codebook

_BY_LENGTH = {
    8: b"for the presiden",
    7: b".\n\nThe in the ing theof the on the ",
    6: b", and , the . The Trump s and ",
    5: b" and  the ationfrom have ment s of s to said that ther ting tion with \xe2\x80\x99s ",
    4: (b" in  of  to and ed tfor has his ill ing mentnot overports thted ter the tionuld was \xe2\x80\x9d "),
    3: (
        b" th's , w.\n\nal allan as at atebe by ce comcond tdaydere ted en entes forghthe "
        b"in intionis it ld ly manng of on or prore ress as, se st stat tte theto ut ve "
        b"ver\xe2\x80\x9c"
    ),
    2: (
        b" a c h s w, . a acadaialanarasatbabeblbocacechcicocrctd dedidoe eaeneresfefigegr"
        b"h hahehihoicidilinitk kel lalelilllom mamemimon ndneninonto onoroupapeplpor rare"
        b"rirorss saseshsisossstsut tatethtitotrunurusveviw wewhwoy \xe2\x80"
    ),
    1: b"\n \"',-.0ABCHIMPRSTabcdefghiklmnoprstuvwxy\xe2",
}
"""The runs by their length in bytes, one after another."""

CODEBOOK = Codebook(
    tuple(runs[place : place + length] for length, runs in _BY_LENGTH.items() for place in range(0, len(runs), length))
)
"""What stored texts are written with."""
