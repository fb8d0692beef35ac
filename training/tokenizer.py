"""The pipeline's tokenizer: spaCy's English one, with every quote mark and long dash a token of its own.

News glues marks to words in ways that the stock rules leave whole (``act—“My``, ``''Yes,''``,
``said."He``). The rules are saved with the pipeline, so this module is needed for training only.
"""

from __future__ import annotations

from typing import Final

import spacy
from spacy.language import Language
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

_MARKS: Final = (r"''+", r"``+", r'"', r"[“”„‟«»‹›]", r"[‘‚‛]")
_DASHES: Final = (r"—", r"―", r"--+", r"(?<=[^\s\d])–(?=[^\s])", r"(?<=[^\s])–(?=[^\s\d])")
_BREAKS: Final = (r"\n+", r"\.\.\.+", r"…")


def blank_english() -> Language:
    """An English pipeline without components, with our tokenizer."""
    nlp = spacy.blank("en")
    defaults = nlp.Defaults
    prefixes = [*_MARKS, *_DASHES, *(defaults.prefixes or ())]
    suffixes = [*_MARKS, *_DASHES, *(defaults.suffixes or ())]
    infixes = [*_MARKS, *_DASHES, *_BREAKS, *(defaults.infixes or ())]
    nlp.tokenizer.prefix_search = compile_prefix_regex(prefixes).search
    nlp.tokenizer.suffix_search = compile_suffix_regex(suffixes).search
    nlp.tokenizer.infix_finditer = compile_infix_regex(infixes).finditer
    return nlp
