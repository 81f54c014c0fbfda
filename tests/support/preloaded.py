"""What a command imports and reads before it does anything: the fork server has it once, for all commands of a test run."""

import enrich.check
import enrich.cli
import enrich.export.writing
import enrich.nightly
import enrich.pipeline
import enrich.readers.markdown
from enrich.matching.model import load_model

load_model()
