"""F11 and F12: what reads like prose in reStructuredText and Org mode bears the name of its markup."""

from enrich.readers.family import Family

RST = Family(code="F11", shape="reStructuredText", markup="rst")
ORG = Family(code="F12", shape="Org mode", markup="org")
