"""Normalizes and validates user input."""

from unicodedata import category, normalize

from logbook.refusals import BadInput

LONGEST_TEXT = 2000
LONGEST_TAG = 30
MOST_TAGS = 8
LONGEST_SEARCH = 100
LARGEST_PAGE = 100


def read_text(text: str) -> str:
    clean = normalize("NFC", text.replace("\r\n", "\n")).strip()
    if not 1 <= len(clean) <= LONGEST_TEXT:
        raise BadInput("text", f"An entry has 1 to {LONGEST_TEXT} characters.")
    return refuse_control_characters("text", clean, allowed="\n\t")


def read_tags(tags: list[str]) -> list[str]:
    """Return the tags in lower case, in order, without duplicates."""
    clean = list(dict.fromkeys(map(read_tag, tags)))
    if len(clean) > MOST_TAGS:
        raise BadInput("tags", f"An entry has at most {MOST_TAGS} tags.")
    return clean


def read_tag(tag: str) -> str:
    clean = " ".join(normalize("NFC", tag).lower().split())
    if not 1 <= len(clean) <= LONGEST_TAG:
        raise BadInput("tags", f"A tag has 1 to {LONGEST_TAG} characters.")
    return refuse_control_characters("tags", clean)


def read_search(search: str) -> list[str]:
    """Return the search words."""
    if len(search) > LONGEST_SEARCH:
        raise BadInput("search", f"A search has at most {LONGEST_SEARCH} characters.")
    return refuse_control_characters("search", " ".join(normalize("NFC", search).split())).split()


def read_page_size(first: int) -> int:
    if not 1 <= first <= LARGEST_PAGE:
        raise BadInput("first", f"A page has 1 to {LARGEST_PAGE} entries.")
    return first


def refuse_control_characters(field: str, text: str, *, allowed: str = "") -> str:
    """Refuse control characters and surrogates, which some databases cannot store."""
    if any(category(character) in {"Cc", "Cs"} and character not in allowed for character in text):
        raise BadInput(field, "This contains characters that cannot be stored.")
    return text
