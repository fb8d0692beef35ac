"""Universal Dependencies trees rewritten in the label scheme of spaCy's English pipelines.

spaCy's official English pipelines use Penn tags and ClearNLP labels: prepositions head their phrase
(``prep``/``pobj``), the copula heads its clause (``attr``/``acomp``), conjuncts form a chain, names are
headed by their last word. UD does the reverse of each. :func:`to_clearnlp` rewrites one sentence; it
reads UD version 2 (the treebanks) and version 1 (Stanford CoreNLP's basic dependencies) alike.

Source of the scheme: Choi and Palmer (2012), "Guidelines for the CLEAR Style Constituent to Dependency
Conversion", and the labels of the ``en_core_web`` pipelines.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Final

ROOT: Final = "root"

#: UD version 1 labels under their version 2 names, so that one set of rules serves both.
_VERSION_1: Final = {
    "nsubjpass": "nsubj:pass",
    "csubjpass": "csubj:pass",
    "auxpass": "aux:pass",
    "dobj": "obj",
    "mwe": "fixed",
    "nmod:tmod": "obl:unmarked",
    "nmod:npmod": "obl:unmarked",
    "obl:tmod": "obl:unmarked",
    "obl:npmod": "obl:unmarked",
    "name": "flat",
}

#: What remains after the structural steps is renamed one to one.
_RENAMED: Final = {
    "root": "ROOT",
    "nsubj": "nsubj",
    "nsubj:outer": "nsubj",
    "nsubj:pass": "nsubjpass",
    "csubj": "csubj",
    "csubj:outer": "csubj",
    "csubj:pass": "csubjpass",
    "obj": "dobj",
    "iobj": "dative",
    "obl": "npadvmod",
    "obl:agent": "npadvmod",
    "obl:unmarked": "npadvmod",
    "nmod": "nmod",
    "nmod:unmarked": "npadvmod",
    "nmod:poss": "poss",
    "nmod:desc": "compound",
    "aux:pass": "auxpass",
    "acl:relcl": "relcl",
    "advcl:relcl": "advcl",
    "compound:prt": "prt",
    "flat": "compound",
    "flat:foreign": "compound",
    "flat:name": "compound",
    "det:predet": "predet",
    "cc:preconj": "preconj",
    "discourse": "intj",
    "vocative": "npadvmod",
    "dislocated": "dep",
    "reparandum": "dep",
    "goeswith": "dep",
    "orphan": "dep",
    "list": "appos",
    "fixed": "dep",
    "case": "prep",
    "cop": "aux",
}

#: Verbs that report speech. A trailing "X said" is the root with the quote as its ``ccomp`` in the
#: official scheme, where UD may hang it on the quote as ``parataxis``.
_REPORTING: Final = frozenset(
    "say tell add ask reply answer explain claim argue note write state report warn insist recall admit"
    " exclaim declare announce observe shout suggest conclude continue joke remark whisper cry respond"
    " acknowledge assert tweet post complain quip stress call go think believe".split()
)

#: Verbs whose object is the subject of the infinitive below ("want him to leave"): one clause in Penn
#: trees, hence ``ccomp`` with its own ``nsubj``.
_RAISING: Final = frozenset(
    "want expect allow let make have get need like see hear watch help believe find cause enable"
    " permit would-like consider feel keep".split()
)

#: Conjunctions that stay ``mark`` even before a participle ("while waiting").
_SUBORDINATORS: Final = frozenset(
    "while if as though although when whether once unless because that whereas lest until till".split()
)

#: Marks that are plain prepositions: the clause is their ``pcomp`` whatever its form.
_PREPOSITIONS: Final = frozenset(
    "of about on over at from by in with without into despite to upon regarding concerning besides".split()
)

#: Adverbs that modify the clause, not the adjective after the copula ("is still happy").
_CLAUSE_ADVERBS: Final = frozenset(
    "not n't n’t never also still now already just always often probably certainly really actually only"
    " then usually clearly no longer ever perhaps maybe simply currently once generally sometimes even"
    " therefore thus here there again today obviously definitely likely".split()
)

_NEGATIONS: Final = frozenset(("not", "n't", "n’t", "nt", "never"))

#: Verbs whose "to" phrase is the receiver.
_GIVING: Final = frozenset(
    "give send offer hand pay show sell lend grant award present bring teach tell write read".split()
)

_NOMINAL_HEADS: Final = frozenset(("nsubj", "nsubj:pass", "obj", "iobj", "nsubj:outer"))
_BE: Final = frozenset("be is are was were am been being 's ’s 're ’re 'm ’m s".split())


@dataclass(slots=True)
class Tree:
    """One sentence. All lists have one entry a word.

    ``heads`` are 0-based positions in the sentence, the root being its own head. ``lemmas`` are lower-case
    base forms (used to recognise verbs; they may be empty strings).
    """

    forms: list[str]
    tags: list[str]
    lemmas: list[str]
    heads: list[int]
    deps: list[str]

    def children(self, word: int) -> list[int]:
        return [i for i, head in enumerate(self.heads) if head == word and i != word]

    def is_tree(self) -> bool:
        """One root, no cycle."""
        if sum(head == i for i, head in enumerate(self.heads)) != 1:
            return False
        for start in range(len(self.heads)):
            word, steps = start, 0
            while self.heads[word] != word:
                word, steps = self.heads[word], steps + 1
                if steps > len(self.heads):
                    return False
        return True


class ConversionError(ValueError):
    """The rewriting of a sentence did not give a tree (malformed input, or a construction not foreseen)."""


def to_clearnlp(tree: Tree) -> Tree:
    """The same sentence with ClearNLP heads and labels; *tree* is left as it is.

    Raises :class:`ConversionError` where the result is not one tree.
    """
    work = _Rewriting(
        Tree(
            list(tree.forms),
            list(tree.tags),
            list(tree.lemmas),
            list(tree.heads),
            [_VERSION_1.get(dep, dep) for dep in tree.deps],
        )
    )
    result = work.run()
    if not result.is_tree():
        raise ConversionError("no tree: " + " ".join(tree.forms))
    return result


class _Rewriting:
    """The steps, in the order in which they rely on one another."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.forms = [form.lower() for form in tree.forms]
        self.tags = tree.tags
        self.lemmas = tree.lemmas
        self.heads = tree.heads
        self.deps = tree.deps

    def run(self) -> Tree:
        self.names_end_in_their_head()
        self.amounts_are_headed_by_the_number()
        self.reporting_clause_is_the_root()
        self.copula_heads_its_clause()
        self.extraposed_clauses()
        self.small_clauses()
        self.prepositions_head_their_phrase()
        self.prepositions_head_their_clause()
        self.conjuncts_form_a_chain()
        self.rename()
        self.place_punctuation()
        return self.tree

    def children(self, word: int, *labels: str) -> list[int]:
        found = self.tree.children(word)
        return [i for i in found if self.deps[i] in labels] if labels else found

    def swap(self, lower: int, upper: int, label: str) -> None:
        """*lower* takes the place of *upper*, which becomes its dependent under *label*."""
        self.heads[lower] = lower if self.heads[upper] == upper else self.heads[upper]
        self.deps[lower] = self.deps[upper]
        self.heads[upper] = lower
        self.deps[upper] = label

    def names_end_in_their_head(self) -> None:
        for first in range(len(self.forms)):
            flat = [i for i in self.children(first, "flat", "flat:name") if i > first]
            if not flat:
                continue
            if any(self.tags[i] == "CD" for i in (first, *flat)):
                # dates ("Nov. 26"): the month stays the head
                for i in flat:
                    self.deps[i] = "nummod"
                continue
            last = max(flat)
            for child in self.children(first):
                if child != last:
                    self.heads[child] = last
            self.swap(last, first, "compound")
            for i in flat:
                if i != last:
                    self.deps[i] = "compound"

    def amounts_are_headed_by_the_number(self) -> None:
        for sign, tag in enumerate(self.tags):
            if tag != "$":
                continue
            numbers = [i for i in self.children(sign, "nummod") if i > sign]
            if numbers:
                number = numbers[-1]
                for child in self.children(sign):
                    if child != number:
                        self.heads[child] = number
                self.swap(number, sign, "quantmod")

    def reporting_clause_is_the_root(self) -> None:
        for verb in range(len(self.forms)):
            if self.deps[verb] == "parataxis" and self._reports(verb):
                quote = self.heads[verb]
                if self.deps[quote] != ROOT:
                    continue
                others = [i for i in self.children(quote) if self.deps[i] not in ("punct", "parataxis")]
                trailing = quote < verb and all(i < verb for i in others)
                leading = quote > verb and all(i > verb for i in others)
                if not (trailing or leading):
                    continue
                self.swap(verb, quote, "ccomp")
                for child in self.children(quote):
                    outside = child > verb if trailing else child < verb
                    if outside or (self.deps[child] == "punct" and child == len(self.forms) - 1):
                        self.heads[child] = verb
                        if self.deps[child] == "parataxis":
                            self.deps[child] = "ccomp"
            elif self._reports(verb):
                for child in self.children(verb, "parataxis"):
                    between = self.forms[verb + 1 : child]
                    if child > verb and any(
                        mark in between for mark in (":", '"', "“", "``", "''", "'", "‘")
                    ):
                        self.deps[child] = "ccomp"

    def _reports(self, verb: int) -> bool:
        return (
            self.lemmas[verb].lower() in _REPORTING
            and self.tags[verb].startswith("VB")
            and bool(self.children(verb, "nsubj"))
            and not self.children(verb, "ccomp", "obj")
        )

    def copula_heads_its_clause(self) -> None:
        for copula in range(len(self.forms)):
            if self.deps[copula] != "cop":
                continue
            predicate = self.heads[copula]
            if self.deps[predicate] == "cop" or predicate == copula:
                continue
            outer = self.children(predicate, "nsubj:outer", "csubj:outer")
            if outer:
                self._clause_as_predicate(copula, predicate, outer)
                continue
            tag = self.tags[predicate]
            has_case = any(self.tags[i] != "POS" for i in self.children(predicate, "case"))
            adjective = tag.startswith(("JJ", "VBN", "VBG")) and not has_case
            if has_case:
                label = "obl"
            elif adjective:
                label = "acomp"
            elif tag.startswith(("RB", "WRB")):
                label = "advmod"
            else:
                label = "attr"
            movers = [i for i in self.children(predicate) if i != copula]
            self.swap(copula, predicate, label)
            for child in movers:
                if self._belongs_to_clause(child, copula, predicate, adjective):
                    self.heads[child] = copula

    def _clause_as_predicate(self, copula: int, predicate: int, outer: list[int]) -> None:
        movers = [
            i
            for i in self.children(predicate)
            if i != copula
            and (i in outer or i < copula or (self.deps[i] == "punct" and i == len(self.forms) - 1))
        ]
        self.swap(copula, predicate, "ccomp")
        for child in movers:
            self.heads[child] = copula

    def _belongs_to_clause(self, child: int, copula: int, predicate: int, adjective: bool) -> bool:
        dep, form = self.deps[child], self.forms[child]
        if dep.startswith(
            ("nsubj", "csubj", "expl", "aux", "parataxis", "discourse", "vocative", "dislocated")
        ):
            return True
        if dep in ("mark", "cc"):
            return child < copula or (child < predicate and dep == "mark" and not adjective)
        if dep == "punct":
            return child < min(copula, predicate) or child > predicate
        if dep in ("advmod", "neg"):
            if child < copula:
                return True
            if child < predicate:
                return dep == "neg" or not adjective or form in _CLAUSE_ADVERBS
            return form != "enough"
        if dep in ("obl:unmarked", "obl", "obl:agent"):
            return child < copula or (child > predicate and not adjective)
        if dep == "advcl":
            infinitive = any(self.tags[i] == "TO" for i in self.children(child))
            if adjective and infinitive and child > predicate:
                self.deps[child] = "xcomp"
                return False
            return True
        if dep == "ccomp":
            return not adjective
        if dep == "conj":
            verbal = self.tags[child].startswith("VB") and not self.tags[predicate].startswith("VB")
            return (
                verbal or bool(self.children(child, "cop", "nsubj", "nsubj:pass")) or self.forms[child] in _BE
            )
        return False

    def extraposed_clauses(self) -> None:
        """In "It is clear that …" *it* is the subject, the clause its complement; "there is" has ``attr``."""
        for word in range(len(self.forms)):
            if self.deps[word] != "expl":
                continue
            head = self.heads[word]
            if self.tags[word] == "EX" or self.forms[word] == "there":
                for subject in self.children(head, "nsubj"):
                    self.deps[subject] = "attr"
            elif self.forms[word] == "it":
                clauses = self.children(head, "csubj", "csubj:pass")
                passive = bool(self.children(head, "aux:pass"))
                self.deps[word] = "nsubj:pass" if passive else "nsubj"
                for clause in clauses:
                    infinitive = any(self.tags[i] == "TO" for i in self.children(clause))
                    self.deps[clause] = "xcomp" if infinitive else "ccomp"

    def small_clauses(self) -> None:
        for word in range(len(self.forms)):
            if self.deps[word] != "xcomp":
                continue
            verb = self.heads[word]
            objects = self.children(verb, "obj")
            passive = bool(self.children(verb, "aux:pass"))
            tag = self.tags[word]
            if self.children(word, "case"):
                self.deps[word] = "obl"
            elif tag.startswith("VB"):
                if objects and self.lemmas[verb] in _RAISING and objects[-1] < word:
                    self.heads[objects[-1]] = word
                    self.deps[objects[-1]] = "nsubj"
                    self.deps[word] = "ccomp"
            elif tag.startswith("JJ"):
                if objects and objects[-1] < word:
                    self.heads[objects[-1]] = word
                    self.deps[objects[-1]] = "nsubj"
                    self.deps[word] = "ccomp"
                else:
                    self.deps[word] = "oprd" if passive else "acomp"
            elif tag.startswith(("NN", "PRP", "CD", "DT", "WP")):
                self.deps[word] = "oprd" if passive or objects else "attr"

    def prepositions_head_their_phrase(self) -> None:
        for noun in range(len(self.forms)):
            cases = [i for i in self.children(noun, "case") if self.tags[i] != "POS"]
            cases = [i for i in cases if i < noun] or []
            if not cases:
                continue
            role = self.deps[noun]
            if role in _NOMINAL_HEADS:
                continue
            prepositions = self._preposition_chain(cases)
            first, last = prepositions[0], prepositions[-1]
            movers = [
                i
                for i in self.children(noun)
                if i < first
                and i not in cases
                and self.deps[i] in ("advmod", "cc", "punct", "mark", "discourse")
            ]
            head = self.heads[noun]
            self.heads[first] = first if head == noun else head
            self.deps[first] = self._phrase_role(noun, role, first)
            for upper, lower in itertools.pairwise(prepositions):
                self.heads[lower] = upper
                self.deps[lower] = "prep"
            self.heads[noun] = last
            tag = self.tags[noun]
            if tag.startswith(("VB", "RB", "WRB")):
                self.deps[noun] = "pcomp"
            elif tag.startswith("JJ") and not self.children(noun):
                self.deps[noun] = "amod"
            else:
                self.deps[noun] = "pobj"
            for child in movers:
                self.heads[child] = first

    def _preposition_chain(self, cases: list[int]) -> list[int]:
        """The prepositions of a phrase, outermost first; parts of fixed ones are attached on the way."""
        chain: list[int] = []
        for case in sorted(cases):
            fixed = sorted(self.children(case, "fixed"))
            for part in fixed:
                self.deps[part] = "advmod"
            words = " ".join(self.forms[i] for i in (case, *fixed))
            if words in ("because of", "as of"):
                self.deps[fixed[0]] = "pcomp"
                chain.append(case)
            elif words == "such as":
                self.heads[fixed[0]], self.heads[case] = self.heads[case], fixed[0]
                self.deps[case] = "amod"
                chain.append(fixed[0])
            elif fixed and self.tags[fixed[-1]] in ("IN", "TO"):
                chain.append(case)
                chain.append(fixed[-1])
            else:
                chain.append(case)
        return chain

    def _phrase_role(self, noun: int, role: str, preposition: int) -> str:
        if role in (ROOT, "conj", "ccomp", "parataxis", "advcl", "acl:relcl"):
            return role
        head = self.heads[noun]
        if self.forms[preposition] == "by" and head != noun:
            passive = bool(self.children(head, "aux:pass", "nsubj:pass")) or (
                self.tags[head] == "VBN" and self.deps[head] == "acl"
            )
            if role == "obl:agent" or passive:
                return "agent"
        if (
            self.forms[preposition] == "to"
            and role in ("obl", "nmod")
            and self.lemmas[head] in _GIVING
            and self.tags[head].startswith("VB")
            and self.children(head, "obj")
        ):
            return "dative"
        return "prep"

    def prepositions_head_their_clause(self) -> None:
        for verb in range(len(self.forms)):
            if self.deps[verb] not in ("advcl", "acl", "ccomp", "obl", "xcomp"):
                continue
            marks = [i for i in self.children(verb, "mark") if self.tags[i] == "IN" and i < verb]
            if not marks:
                continue
            mark = marks[0]
            form = self.forms[mark]
            finite = self.tags[verb] not in ("VBG",) or any(
                self.tags[i] in ("VBD", "VBZ", "VBP", "MD") for i in self.children(verb, "aux", "aux:pass")
            )
            if form in _SUBORDINATORS or (finite and form not in _PREPOSITIONS):
                continue
            movers = [
                i for i in self.children(verb) if i < mark and self.deps[i] in ("advmod", "punct", "cc")
            ]
            head = self.heads[verb]
            self.heads[mark], self.deps[mark] = head, "prep"
            self.heads[verb], self.deps[verb] = mark, "pcomp"
            for child in movers:
                self.heads[child] = mark

    def conjuncts_form_a_chain(self) -> None:
        for word in range(len(self.forms)):
            # a prepositional conjunct hangs on the preposition of the first, not on its noun
            head = self.heads[word]
            if (
                self.deps[word] == "conj"
                and self.tags[word] in ("IN", "TO")
                and self.deps[head] in ("pobj", "pcomp")
                and self.children(word, "pobj", "pcomp")
            ):
                self.heads[word] = self.heads[head]
        for first in range(len(self.forms)):
            conjuncts = [i for i in self.children(first, "conj") if i > first]
            if not conjuncts:
                continue
            own_cc = [i for i in self.children(first, "cc") if i > first]
            previous = first
            for conjunct in conjuncts:
                for link in self.children(conjunct, "cc", "punct"):
                    if previous < link < conjunct and self._opens(link, conjunct):
                        self.heads[link] = previous
                for link in own_cc:
                    if previous < link < conjunct:
                        self.heads[link] = previous
                self.heads[conjunct] = previous
                previous = conjunct

    def _opens(self, link: int, conjunct: int) -> bool:
        """Whether no word of the conjunct but other links comes before *link*."""
        return all(
            self.deps[i] in ("cc", "punct") or i > link for i in self.children(conjunct) if i < conjunct
        )

    def rename(self) -> None:
        for word, dep in enumerate(self.deps):
            form, tag = self.forms[word], self.tags[word]
            head = self.heads[word]
            if head == word:
                label = "ROOT"
            elif dep == "mark" and tag == "TO":
                label = "aux"
            elif dep in ("advmod", "neg") and form in _NEGATIONS:
                label = "neg"
            elif dep == "neg":
                label = "det" if tag == "DT" else "advmod"
            elif dep == "advmod" and self.tags[head] == "CD":
                label = "quantmod"
            elif dep == "case" and tag == "POS":
                label = "case"
            elif dep in ("det", "nmod:poss", "nmod") and tag in ("PRP$", "WP$"):
                label = "poss"
            elif dep == "fixed":
                label = self._part_of_fixed(word)
            elif dep in ("nmod:unmarked", "obl:unmarked", "nmod") and tag == "CD" and head < word:
                label = "nummod"
            elif dep.startswith("compound:") and dep != "compound:prt":
                label = "compound"
            elif dep == "expl" and form not in ("there", "it"):
                label = "expl"
            else:
                label = _RENAMED.get(dep, dep.split(":")[0])
            self.deps[word] = label

    def _part_of_fixed(self, word: int) -> str:
        head = self.heads[word]
        outer = self.deps[head]
        if outer in ("mark", "cc", "advmod", "quantmod", "prep", "case"):
            return {"case": "prep", "cc": "advmod"}.get(outer, outer)
        return "advmod"

    def place_punctuation(self) -> None:
        """Commas at the edge of a phrase hang on what the phrase depends on; no arc is crossed."""
        spans = self._spans()
        for word, dep in enumerate(self.deps):
            if dep != "punct" or self.heads[word] == word:
                continue
            head = self.heads[word]
            paired = self.forms[word] in ('"', "“", "”", "``", "''", "'", "‘", "’", "(", ")", "[", "]")
            while (
                not paired
                and self.heads[head] != head
                and self._at_edge(word, head, spans)
                and self.deps[head] not in ("ccomp", "ROOT")
            ):
                head = self.heads[head]
            self.heads[word] = head
        for word, dep in enumerate(self.deps):
            if dep == "punct" and self.heads[word] != word and self._crosses(word):
                self.heads[word] = self._common_ancestor(word)

    def _spans(self) -> list[tuple[int, int]]:
        """First and last non-punctuation word under each word."""
        first, last = list(range(len(self.forms))), list(range(len(self.forms)))
        for word, dep in enumerate(self.deps):
            if dep == "punct":
                continue
            ancestor, steps = word, 0
            while self.heads[ancestor] != ancestor and steps <= len(self.forms):
                ancestor, steps = self.heads[ancestor], steps + 1
                first[ancestor] = min(first[ancestor], word)
                last[ancestor] = max(last[ancestor], word)
        return list(zip(first, last, strict=True))

    @staticmethod
    def _at_edge(word: int, head: int, spans: list[tuple[int, int]]) -> bool:
        return word < spans[head][0] or word > spans[head][1]

    def _crosses(self, word: int) -> bool:
        low, high = sorted((word, self.heads[word]))
        for other, head in enumerate(self.heads):
            if other in (word, head):
                continue
            a, b = sorted((other, head))
            if (
                a < low < b < high
                or low < a < high < b
                or (a < word < b and not (a <= self.heads[word] <= b))
            ):
                return True
        return False

    def _common_ancestor(self, word: int) -> int:
        left = next((i for i in range(word - 1, -1, -1) if self.deps[i] != "punct"), None)
        right = next((i for i in range(word + 1, len(self.forms)) if self.deps[i] != "punct"), None)
        root = next(i for i, head in enumerate(self.heads) if head == i)
        if left is None or right is None:
            return root
        above = {left}
        while self.heads[left] != left:
            left = self.heads[left]
            if left in above:
                break
            above.add(left)
        seen: set[int] = set()
        while right not in above and right not in seen:
            seen.add(right)
            right = self.heads[right]
        return right if self.deps[right] != "punct" else root
